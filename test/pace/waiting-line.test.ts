// The short queue: it smooths, it is fair between keys, and nobody is left behind in it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPaceRoom, type PacedCall, type PaceRoom } from '../../proxy/pace-limits/pace-room.ts';
import type { Rule, Taken } from '../../proxy/pace-limits/rule.ts';
import { type FakeTime, fakeTime } from './fake-time.ts';

const requests = (most: number, counter = 'all'): Rule => ({
  ...{ limit: 'l', counter, counts: 'requests', most, cost: 1 },
});
const places = (most: number, counter = 'places'): Rule => ({
  ...{ limit: 'l', counter, counts: 'concurrency', most, cost: 1 },
});

interface Line {
  time: FakeTime;
  room: PaceRoom;
  /** In the order in which they were let through. */
  passed: string[];
  refused: string[];
  ask(id: string, flow: string, rules: Rule[]): { leave(): void; call: PacedCall };
}

function openLine({ queueMs = 1000, queueLength = 200 } = {}): Line {
  const time = fakeTime();
  const room = createPaceRoom({ queueMs, queueLength, clock: time.clock, timer: time.timer, redis: null });
  const line: Line = {
    ...{ time, room, passed: [], refused: [] },
    ask(id, flow, rules) {
      let leave = (): void => {};
      const call = { id, flow, rules };
      const note = ({ admitted }: Taken): void => void (admitted ? line.passed : line.refused).push(id);
      const taken = room.admit(call, (how) => {
        leave = how;
      });
      if (taken instanceof Promise) void taken.then(note);
      else note(taken);
      return { leave: () => leave(), call };
    },
  };
  return line;
}

describe('the queue', () => {
  it('lets a burst through one after the other instead of refusing it', async () => {
    const { ask, time, passed, refused } = openLine();
    for (let at = 0; at < 70; at++) ask(String(at), 'one', [requests(600)]);
    expect(passed).toHaveLength(60);
    await time.pass(450);
    expect(passed).toHaveLength(64);
    await time.pass(600);
    expect(passed).toHaveLength(70);
    expect(refused).toEqual([]);
  });

  it('refuses at once whoever could not pass in time, and later whoever was overtaken', async () => {
    const { ask, time, passed, refused, room } = openLine();
    for (let at = 0; at < 100; at++) ask(String(at), 'one', [requests(600)]);
    expect(refused.length).toBeGreaterThanOrEqual(29);
    await time.pass(1100);
    expect(passed.length + refused.length).toBe(100);
    expect(room.waiting).toBe(0);
  });

  it('serves keys in turn, however many calls one of them sends', async () => {
    const loads = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(loads, async (loads) => {
        const { ask, time, passed } = openLine({ queueMs: 30_000, queueLength: 1000 });
        for (let at = 0; at < 10; at++) ask(`before ${at}`, 'before', [requests(60)]);
        passed.splice(0);
        loads.forEach((load, flow) => {
          for (let at = 0; at < load; at++) ask(`${flow}`, `flow ${flow}`, [requests(60)]);
        });
        await time.pass(20_000);
        // As long as two keys both have calls waiting, neither is ahead of the other by more than one.
        const counts = loads.map(() => 0);
        for (const flow of passed) {
          counts[Number(flow)]!++;
          const waiting = counts.filter((count, at) => count < Math.min(loads[at]!, 29));
          if (waiting.length > 1) expect(Math.max(...waiting) - Math.min(...waiting)).toBeLessThanOrEqual(1);
        }
        expect(passed.length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it('makes the longest line give way when it is full', async () => {
    const { ask, time, passed, refused } = openLine({ queueLength: 10 });
    for (let at = 0; at < 10; at++) ask('before', 'before', [requests(60, 'a'), places(1000)]);
    for (let at = 0; at < 20; at++) ask('loud', 'loud', [places(0)]);
    expect(refused).toHaveLength(10);
    ask('quiet', 'quiet', [requests(60, 'a')]);
    await time.pass(0);
    expect(refused).toHaveLength(11);
    await time.pass(1000);
    expect(passed).toContain('quiet');
  });

  it('lets others pass whom the same limit does not hold back', async () => {
    const { ask, passed } = openLine();
    for (let at = 0; at < 3; at++) ask('stuck', 'one', [requests(2, 'own'), requests(600, 'shared')]);
    ask('free', 'two', [requests(600, 'shared')]);
    expect(passed).toEqual(['stuck', 'stuck', 'free']);
  });

  it('hands a place on as soon as it is free', async () => {
    const { ask, time, passed, room } = openLine();
    const first = ask('first', 'one', [places(1)]);
    ask('second', 'one', [places(1)]);
    await time.pass(500);
    expect(passed).toEqual(['first']);
    room.release(first.call, { admitted: true, together: false, standings: [] }, 'nothing');
    await time.pass(0);
    expect(passed).toEqual(['first', 'second']);
  });

  it('forgets whoever hangs up, and gives their turn to the next', async () => {
    const { ask, time, passed, room } = openLine();
    for (let at = 0; at < 10; at++) ask('before', 'x', [requests(60)]);
    const gone = ask('gone', 'one', [requests(60)]);
    gone.leave();
    expect(room.waiting).toBe(0);
    ask('next', 'two', [requests(60)]);
    await time.pass(1000);
    expect(passed.slice(10)).toEqual(['next']);
  });

  it('keeps nobody and no timer once all have left', async () => {
    const leaving = fc.array(fc.record({ flow: fc.nat(3), leaves: fc.boolean(), after: fc.nat(400) }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(leaving, async (callers) => {
        const { ask, time, passed, refused, room } = openLine();
        for (const { flow, leaves, after } of callers) {
          const { leave } = ask('x', String(flow), [requests(120, `own ${flow}`), requests(300), places(20)]);
          await time.pass(after);
          if (leaves) leave();
        }
        await time.pass(5000);
        expect(room.waiting).toBe(0);
        expect(passed.length + refused.length).toBe(callers.length);
      }),
      { numRuns: 30 },
    );
  });

  it('tells whoever is refused to come back when those who wait have had their turn', () => {
    const { room } = openLine({ queueMs: 0 });
    const rules = [requests(60)];
    let taken: Taken | Promise<Taken> | null = null;
    for (let at = 0; at < 11; at++) taken = room.admit({ id: 'x', flow: 'one', rules }, () => {});
    expect(room.retryAfterMs(taken as Taken)).toBe(1000);
  });
});
