import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Concurrency } from '../../proxy/health/concurrency.ts';
import { CoolDown } from '../../proxy/health/cool-down.ts';
import { readRateLimit } from '../../proxy/health/headroom.ts';
import { readReset } from '../../proxy/health/reset-time.ts';
import { RoomLeft } from '../../proxy/health/room-left.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const now = Date.UTC(2026, 0, 1, 12);
const read = (headers: Record<string, string>, status = 200) =>
  readRateLimit({ headers: Object.entries(headers), status }, now);

describe('rate-limit headers', () => {
  it('are read as OpenAI and Groq send them', () => {
    const reading = read({
      'X-RateLimit-Limit-Requests': '10000',
      'X-RateLimit-Remaining-Requests': '9999',
      'X-RateLimit-Reset-Requests': '8.64s',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-tokens': '50000',
      'x-ratelimit-reset-tokens': '6m0s',
    });
    expect(reading).toEqual({ headroom: 0.25, resetAt: now + 360_000, retryAfterMs: null });
  });

  it('are read as Azure sends them: bare milliseconds', () => {
    const reading = read({
      'x-ratelimit-limit-requests': '120',
      'x-ratelimit-remaining-requests': '60',
      'x-ratelimit-reset-requests': '500',
      'x-ratelimit-renewalperiod-requests': '60',
    });
    expect(reading).toEqual({ headroom: 0.5, resetAt: now + 500, retryAfterMs: null });
  });

  it('are read as Anthropic sends them', () => {
    const reading = read({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-01-01T12:00:01Z',
      'anthropic-ratelimit-input-tokens-limit': '400000',
      'anthropic-ratelimit-input-tokens-remaining': '40000',
      'anthropic-ratelimit-input-tokens-reset': '2026-01-01T12:00:54Z',
    });
    expect(reading).toEqual({ headroom: 0.1, resetAt: now + 54_000, retryAfterMs: null });
  });

  it('are read as Mistral, Cohere and Together send them', () => {
    const mistral = { 'x-ratelimit-limit-req-10-second': '60', 'x-ratelimit-remaining-req-10-second': '45' };
    expect(read(mistral).headroom).toBe(0.75);
    const older = { 'x-ratelimitbysize-limit-minute': '500000', 'x-ratelimitbysize-remaining-minute': '125000' };
    expect(read(older).headroom).toBe(0.25);
    const cohere = { 'x-trial-endpoint-call-limit': '20', 'x-trial-endpoint-call-remaining': '19' };
    expect(read(cohere).headroom).toBe(0.95);
    const together = { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '2' };
    expect(read(together)).toEqual({ headroom: 0.5, resetAt: now + 2_000, retryAfterMs: null });
  });

  it('say nothing where the whole or the rest is missing', () => {
    expect(read({ 'x-ratelimit-remaining-requests': '119' }).headroom).toBeNull();
    expect(read({ 'x-ratelimit-limit-requests': '119' }).headroom).toBeNull();
    expect(read({}).headroom).toBeNull();
    expect(read({ 'x-ratelimit-remaining-requests': '0' }).headroom).toBe(0);
  });

  it('ask to wait only with a refusal, in whichever unit', () => {
    expect(read({ 'retry-after': '25' }, 200).retryAfterMs).toBeNull();
    expect(read({ 'retry-after': '25' }, 429).retryAfterMs).toBe(25_000);
    expect(read({ 'retry-after-ms': '1500' }, 429).retryAfterMs).toBe(1_500);
    expect(read({ 'x-ms-retry-after-ms': '250' }, 503).retryAfterMs).toBe(250);
    expect(read({ 'Retry-After': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 529).retryAfterMs).toBe(30_000);
  });

  it('are read in every way to say a time', () => {
    const said = ['16ms', '1s', '6m0s', '1h2m3s', '1d', '10.332999999s', '7', '0s', '1798808460', '1798808460000'];
    expect(said.map((text) => readReset(text, now))).toEqual(
      [16, 1_000, 360_000, 3_723_000, 86_400_000, 10_332.999999, 7_000, 0]
        .map((ms) => now + ms)
        .concat([1798808460000, 1798808460000]),
    );
    expect(readReset('soon', now)).toBeNull();
  });

  it('never give a share outside 0 to 1, whatever stands in them', () => {
    const name = fc.constantFrom(
      ...['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests', 'retry-after'],
      ...[
        'anthropic-ratelimit-tokens-limit',
        'anthropic-ratelimit-tokens-remaining',
        'anthropic-ratelimit-tokens-reset',
      ],
    );
    const value = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom(200, 429), (headers, status) => {
        const { headroom, resetAt, retryAfterMs } = readRateLimit({ headers, status }, now);
        if (headroom !== null) expect(headroom >= 0 && headroom <= 1).toBe(true);
        for (const time of [resetAt, retryAfterMs]) if (time !== null) expect(Number.isFinite(time)).toBe(true);
      }),
    );
  });

  const files = recordedFiles();
  it.skipIf(files === null)('are understood in every recorded answer that has both halves of one', () => {
    let seen = 0;
    for (const { id, response } of files!.flatMap(readRecordings)) {
      const headers = Object.entries(response.headers);
      const has = (word: string): boolean =>
        headers.some(([name]) => new RegExp(`ratelimit.*-${word}(-|$)`).test(name));
      if (!has('limit') || !has('remaining')) continue;
      seen++;
      const { headroom, retryAfterMs } = readRateLimit({ headers, status: response.status }, now);
      expect(headroom, id).toBeGreaterThan(0);
      expect(headroom, id).toBeLessThanOrEqual(1);
      if (response.status === 200) expect(retryAfterMs, id).toBeNull();
    }
    expect(seen).toBeGreaterThan(50);
  });
});

describe('room left', () => {
  it('fills evenly until the reset and is unknown after it', () => {
    const room = new RoomLeft();
    room.read({ headroom: 0.2, resetAt: 10_000, retryAfterMs: null }, 0);
    expect(room.headroom(0)).toBeCloseTo(0.2);
    expect(room.headroom(5_000)).toBeCloseTo(0.6);
    expect(room.headroom(10_000)).toBeNull();
  });

  it('is not kept for ever where no reset is named', () => {
    const room = new RoomLeft();
    room.read({ headroom: 0, resetAt: null, retryAfterMs: null }, 0);
    expect(room.headroom(1_000)).toBeLessThan(0.1);
    expect(room.headroom(60_000)).toBeNull();
  });
});

describe('a cool-down', () => {
  const hint = (retryAfterMs: number | null, resetAt: number | null = null) => ({ retryAfterMs, resetAt });
  const middle = (): number => 0.5;

  it('lasts as long as the later of retry-after and reset', () => {
    const one = new CoolDown();
    one.refused(0, hint(5_000, 3_000), 0, middle);
    expect(one.until(0)).toBe(5_000);
    const other = new CoolDown();
    other.refused(0, hint(5_000, 9_000), 0, middle);
    expect(other.until(0)).toBe(9_000);
    expect(other.until(9_000)).toBeNull();
  });

  it('guesses 1 s, 2 s, 4 s … up to 30 s where the provider does not say', () => {
    const coolDown = new CoolDown();
    const guesses = Array.from({ length: 7 }, (_, turn) => {
      const at = turn * 100_000;
      coolDown.refused(at, hint(null), at, middle);
      return coolDown.until(at)! - at;
    });
    expect(guesses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('is not made longer by the rest of the burst that met it', () => {
    const coolDown = new CoolDown();
    for (let call = 0; call < 20; call++) coolDown.refused(0, hint(null), 100 + call, middle);
    expect(coolDown.until(200)! - 100).toBeLessThanOrEqual(1_000);
    coolDown.refused(2_000, hint(null), 2_000, middle);
    expect(coolDown.until(2_000)).toBe(4_000);
  });

  it('starts over after a success', () => {
    const coolDown = new CoolDown();
    coolDown.refused(0, hint(null), 0, middle);
    coolDown.refused(5_000, hint(null), 5_000, middle);
    coolDown.succeeded(10_000);
    coolDown.refused(20_000, hint(null), 20_000, middle);
    expect(coolDown.until(20_000)).toBe(21_000);
  });

  it('believes no provider that asks for more than ten minutes', () => {
    const coolDown = new CoolDown();
    coolDown.refused(0, hint(86_400_000), 0, middle);
    expect(coolDown.until(0)).toBe(600_000);
  });
});

describe('concurrency', () => {
  it('knows no limit before the first refusal', () => {
    const concurrency = new Concurrency();
    for (let call = 0; call < 50; call++) concurrency.began();
    expect(concurrency.limit).toBeNull();
  });

  it('falls to seven tenths at a refusal and grows by one for each round of successes', () => {
    const concurrency = new Concurrency();
    for (let call = 0; call < 10; call++) concurrency.began();
    concurrency.ended();
    concurrency.refused(0, 1);
    expect(concurrency.limit).toBe(7);
    for (let call = 0; call < 8; call++) concurrency.succeeded();
    expect(concurrency.limit).toBe(8);
  });

  it('is cut once by a burst of refusals', () => {
    const concurrency = new Concurrency();
    for (let call = 0; call < 10; call++) concurrency.began();
    for (let call = 0; call < 10; call++) concurrency.refused(0, 5);
    expect(concurrency.limit).toBe(7);
  });

  it('never falls below 1, never stands in the way for good, and counts calls right', () => {
    const step = fc.constantFrom('began', 'ended', 'refused', 'succeeded');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const concurrency = new Concurrency();
        for (const [now, name] of steps.entries()) {
          if (name === 'began') concurrency.began();
          else if (name === 'ended') concurrency.ended();
          else if (name === 'refused') concurrency.refused(now, now);
          else concurrency.succeeded();
          expect(concurrency.inFlight).toBeGreaterThanOrEqual(0);
          if (concurrency.limit !== null) expect(concurrency.limit).toBeGreaterThanOrEqual(1);
        }
        for (let call = 0; call < 400_000 && concurrency.limit !== null; call++) concurrency.succeeded();
        expect(concurrency.limit).toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});
