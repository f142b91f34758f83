import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eligible } from '../../proxy/health/eligible.ts';
import { unknownHealth } from '../../proxy/health/target-health.ts';
import { bench, limited } from './a-health.ts';

describe('health', () => {
  it('holds nothing against a target that was never called', () => {
    expect(bench().health.view('a')).toEqual(unknownHealth);
  });

  it('moves traffic away from a target that fails, and lets it prove itself until it is whole again', () => {
    const { health, call, pass } = bench();
    for (let at = 0; at < 200; at++) call('a');
    expect(health.view('a').factor).toBe(1);
    for (let at = 0; at < 6; at++) call('a', { verdict: 'failure' });
    expect(health.view('a')).toMatchObject({ factor: 0, breaker: 'open' });
    pass(15_000);
    expect(health.view('a').breaker).toBe('half-open');
    expect(health.view('a').factor).toBeGreaterThan(0);
    for (let at = 0; at < 4; at++) call('a');
    expect(health.view('a')).toMatchObject({ factor: 1, breaker: 'closed' });
  });

  it('does not hold rate limits and the client’s own faults against a target', () => {
    const { health, call, pass } = bench();
    for (let at = 0; at < 30; at++) call('a', { verdict: 'neutral' });
    expect(health.view('a')).toMatchObject({ factor: 1, success: null, breaker: 'closed' });
    for (let at = 0; at < 30; at++) call('a', limited(2_000));
    expect(health.view('a')).toMatchObject({ factor: 0, success: null, breaker: 'closed' });
    pass(2_000);
    expect(health.view('a').factor).toBe(1);
  });

  it('leaves a limited target alone for as long as it asked', () => {
    const { health, call, pass, now } = bench();
    call('a', limited(7_000));
    expect(health.view('a').coolingUntil).toBe(now() + 7_000);
    pass(6_999);
    expect(health.view('a').coolingUntil).not.toBeNull();
    pass(1);
    expect(health.view('a').coolingUntil).toBeNull();
  });

  it('takes weight away before a rate limit is met', () => {
    const { health, call, now } = bench();
    call('a', { rateLimit: { headroom: 0.06, resetAt: now() + 60_000, retryAfterMs: null } });
    expect(health.view('a').factor).toBeCloseTo(0.6, 1);
    call('a', { rateLimit: { headroom: 0.5, resetAt: now() + 60_000, retryAfterMs: null } });
    expect(health.view('a').factor).toBe(1);
  });

  it('counts calls under way and asks no more of a target at once than it bears', () => {
    const { health, begin, end, now } = bench();
    const calls = [1, 2, 3, 4].map(() => begin('a'));
    expect(health.view('a').inFlight).toBe(4);
    end(calls[0]!, { verdict: 'overloaded' });
    const view = health.view('a');
    expect(view).toMatchObject({ inFlight: 3, concurrencyLimit: 2 });
    expect(eligible([view, unknownHealth], now()).reasons).toEqual(['no_capacity', null]);
  });

  it('learns from a 429, too, how many calls at once a target bears', () => {
    const { health, begin, end, pass } = bench();
    const calls = Array.from({ length: 10 }, () => begin('a'));
    end(calls[0]!, limited(1_000));
    pass(1_000);
    expect(health.view('a')).toMatchObject({ inFlight: 9, concurrencyLimit: 7, coolingUntil: null });
  });

  it('gives a target that proved itself after an outage all its traffic again, slow as it was before', () => {
    const { health, call, pass } = bench();
    for (let at = 0; at < 50; at++) call('a', { firstTokenMs: 400 });
    for (let at = 0; at < 6; at++) call('a', { firstTokenMs: 3_000 });
    for (let at = 0; at < 6; at++) call('a', { verdict: 'failure' });
    pass(15_000);
    for (let at = 0; at < 4; at++) call('a');
    expect(health.view('a').factor).toBe(1);
  });

  it('sees a hanging target in the calls that wait, long before any of them is cut', () => {
    const { health, begin, call, pass } = bench();
    for (let at = 0; at < 50; at++) {
      call('a', { firstTokenMs: 400 });
      pass(100);
    }
    begin('a');
    begin('a');
    pass(3_000);
    expect(health.view('a').factor).toBe(0);
  });

  it('tells the usual times of a target', () => {
    const { health, call } = bench();
    for (let at = 1; at <= 100; at++) call('a', { firstTokenMs: at * 10, totalMs: at * 10 + 1_000, outputTokens: 51 });
    const { firstTokenP50Ms, firstTokenP95Ms, tokensPerSecond } = health.view('a');
    expect(firstTokenP50Ms! / 500).toBeCloseTo(1, 0);
    expect(firstTokenP95Ms! / 950).toBeCloseTo(1, 0);
    expect(tokensPerSecond).toBeCloseTo(50, 5);
  });

  it('learns time limits per model and input size, from all targets that serve it', () => {
    const { health, call } = bench();
    for (let at = 0; at < 20; at++) {
      call(`target ${at % 2}`, { firstTokenMs: 5_000, longestGapMs: 2_000 });
      call('target 3', { firstTokenMs: 15_000 }, { inputTokens: 30_000 });
    }
    const limit = (inputTokens: number) =>
      health.timeLimits({ model: 'model', inputTokens, stream: true, reasoning: false }).firstTokenMs! / 1_000;
    expect(limit(500)).toBeCloseTo(15, -1);
    expect(limit(30_000)).toBeCloseTo(45, -1);
    expect(
      health.timeLimits({ model: 'new', inputTokens: 500, stream: true, reasoning: false }).firstTokenMs,
    ).toBeNull();
  });

  it('forgets the target that was called least recently, and never one with calls under way', () => {
    const { health, begin, call } = bench({ mostTargets: 10 });
    begin('under way');
    for (let at = 0; at < 500; at++) call(`target ${at}`);
    expect(health.views().size).toBeLessThanOrEqual(10);
    expect(health.view('under way').inFlight).toBe(1);
    expect(health.view('target 499').success).not.toBeNull();
    expect(health.view('target 1')).toBe(unknownHealth);
  });

  it('takes the end of a call once', () => {
    const { health, begin, end } = bench();
    const call = begin('a');
    end(call);
    const once = health.view('a').success;
    end(call);
    expect(health.view('a')).toMatchObject({ success: once, inFlight: 0 });
  });

  it('shows all targets as they were at most two seconds ago', () => {
    const { health, call, pass } = bench();
    call('a');
    const before = health.views();
    call('b');
    expect(health.views()).toBe(before);
    pass(2_000);
    expect([...health.views().keys()]).toEqual(['a', 'b']);
  });

  it('gives views in range and somebody to ask, whatever happens to three targets', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      verdict: fc.constantFrom('success', 'failure', 'overloaded', 'rate_limited', 'neutral'),
      firstTokenMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: null }),
      headroom: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      passed: fc.nat(8_000),
      hangs: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const { health, begin, end, pass, now } = bench();
        for (const { key, verdict, firstTokenMs, headroom, passed, hangs } of steps) {
          const call = begin(key);
          pass(passed);
          const rateLimit = { headroom, resetAt: now() + 30_000, retryAfterMs: null };
          if (!hangs) end(call, { verdict: verdict as 'success', firstTokenMs, totalMs: 60_000, rateLimit });
          const views = ['a', 'b', 'c'].map((name) => health.view(name));
          for (const { factor, success, headroom: room, concurrencyLimit } of views) {
            expect(factor >= 0 && factor <= 1).toBe(true);
            expect(success === null || (success > 0 && success < 1)).toBe(true);
            expect(room === null || (room >= 0 && room <= 1)).toBe(true);
            expect(concurrencyLimit === null || concurrencyLimit >= 1).toBe(true);
          }
          expect(eligible(views, now()).reasons).toContain(null);
        }
      }),
    );
  });
});
