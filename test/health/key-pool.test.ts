import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyPool } from '../../proxy/health/key-pool.ts';
import { readTargetKey, targetKey } from '../../proxy/health/target-key.ts';

describe('a pool of keys', () => {
  it('takes turns while nothing is limited', () => {
    const pool = new KeyPool(['a', 'b', 'c']);
    expect([1, 2, 3, 4].map((now) => pool.pick(now))).toEqual(['a', 'b', 'c', 'a']);
  });

  it('leaves a limited key alone until its time, then prefers the others', () => {
    const pool = new KeyPool(['a', 'b']);
    pool.limited('a', 5_000, 0);
    expect([1, 2].map((now) => pool.pick(now))).toEqual(['b', 'b']);
    expect(pool.pick(5_000)).toBe('b');
    pool.limited('b', 9_000, 6_000);
    expect(pool.pick(6_001)).toBe('a');
  });

  it('drops a refused key and takes it back after a while, a longer one each time', () => {
    const pool = new KeyPool(['a']);
    pool.refused('a', 0);
    expect(pool.pick(29_999)).toBeNull();
    expect(pool.pick(30_000)).toBe('a');
    pool.refused('a', 30_000);
    expect(pool.pick(89_999)).toBeNull();
    expect(pool.pick(90_000)).toBe('a');
    pool.accepted('a');
    pool.refused('a', 100_000);
    expect(pool.pick(130_000)).toBe('a');
  });

  it('says how long a short queue would wait', () => {
    const pool = new KeyPool(['a', 'b']);
    expect(pool.freeInMs(0)).toBe(0);
    pool.limited('a', 5_000, 0);
    pool.limited('b', 2_000, 0);
    expect(pool.freeInMs(500)).toBe(1_500);
    pool.refused('a', 0);
    pool.refused('b', 0);
    expect(pool.freeInMs(500)).toBeNull();
  });

  it('never hands out a key that is limited or dropped', () => {
    const step = fc.tuple(
      fc.constantFrom('limited', 'refused', 'pick'),
      fc.constantFrom('a', 'b', 'c'),
      fc.nat(20_000),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const pool = new KeyPool(['a', 'b', 'c']);
        const blocked: Record<string, number> = { a: 0, b: 0, c: 0 };
        let now = 0;
        for (const [kind, name, passed] of steps) {
          now += passed;
          if (kind === 'limited') {
            pool.limited(name, now + 10_000, now);
            blocked[name] = Math.max(blocked[name]!, now + 10_000);
          } else if (kind === 'refused') {
            pool.refused(name, now);
            blocked[name] = Math.max(blocked[name]!, now + 1);
          } else {
            const picked = pool.pick(now);
            if (picked !== null) expect(blocked[picked]!).toBeLessThanOrEqual(now);
            else expect(pool.freeInMs(now)).not.toBe(0);
          }
        }
      }),
    );
  });
});

describe('a target’s key', () => {
  it('is different for different targets and can be read back', () => {
    const name = fc.record({ provider: fc.string(), model: fc.string(), credential: fc.string(), region: fc.string() });
    fc.assert(
      fc.property(name, (target) => {
        expect(readTargetKey(targetKey(target))).toEqual(target);
      }),
    );
    expect(targetKey({ provider: 'a|b', model: 'c', credential: '', region: '' })).not.toBe(
      targetKey({ provider: 'a', model: 'b|c', credential: '', region: '' }),
    );
  });
});
