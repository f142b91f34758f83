import { describe, expect, it } from 'vitest';
import { CollectorWatch } from '../../proxy/tap/collector-watch.ts';

const second = 1000;
const waiting = (waitingSegments: number, lastSuccessAt: number) => ({ waitingSegments, lastSuccessAt });

describe('the collector', () => {
  it('is away once segments have waited for half a minute, though it was never there', () => {
    const watch = new CollectorWatch();
    expect(watch.away(waiting(1, 0), 100 * second)).toBe(false);
    expect(watch.away(waiting(9, 0), 130 * second)).toBe(false);
    expect(watch.away(waiting(10, 0), 131 * second)).toBe(true);
  });

  it('is back when it takes a segment, and when none is left', () => {
    const watch = new CollectorWatch();
    watch.away(waiting(5, 0), 100 * second);
    expect(watch.away(waiting(5, 0), 200 * second)).toBe(true);
    expect(watch.away(waiting(4, 201 * second), 201 * second)).toBe(false);
    expect(watch.away(waiting(0, 201 * second), 300 * second)).toBe(false);
  });

  it('is not away because nobody has called for an hour', () => {
    const watch = new CollectorWatch();
    expect(watch.away(waiting(1, 90 * second), 100 * second)).toBe(false);
    expect(watch.away(waiting(1, 101 * second), 3700 * second)).toBe(false);
  });
});
