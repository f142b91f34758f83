// Keeps calls within their limits: takes for each what it needs of all of them at once, lets it wait a little where that
// helps, and puts right afterwards what was only guessed. With Redis proxies count together; without it, or as long as it is
// away, each counts alone.
import type { RedisCommands } from '../shared/redis-commands.ts';
import { type Change, LocalCounters } from './local-counters.ts';
import type { Rule, Taken } from './rule.ts';
import { SharedCounters, usualLeaseMs } from './shared-counters.ts';
import { type WaitingCall, WaitingLine } from './waiting-line.ts';

export type { WaitingCall as PacedCall } from './waiting-line.ts';

export interface PaceRoomOptions {
  queueMs: number;
  queueLength: number;
  /** Milliseconds, never going back. */
  clock: () => number;
  /** Returns how to cancel it. */
  timer(run: () => void, ms: number): () => void;
  /** Null: this proxy counts alone. */
  redis: RedisCommands | null;
}

export interface PaceRoom {
  /**
   * All or nothing. A promise where somebody has to be asked or the call waits; `onWait` is given how to leave.
   */
  admit(call: WaitingCall, onWait: (leave: () => void) => void): Taken | Promise<Taken>;
  /** How long after a refusal it makes sense to come again. */
  retryAfterMs(taken: Taken): number;
  /** The call is over: its place is free. Its tokens wait for settle, unless `used` says already that there were none. */
  release(call: WaitingCall, taken: Taken, used: 'nothing' | 'tokens unknown yet'): void;
  /** As if it had never been admitted. */
  giveBack(call: WaitingCall, taken: Taken): void;
  /** What a call has used in truth; null: nobody knows, and the guess stands. */
  settle(id: string, tokens: number | null): void;
  readonly waiting: number;
  stop(): void;
}

interface Unsettled {
  rules: readonly Rule[];
  together: boolean;
}

/** Calls whose use is still unknown; of those that are never told, the oldest are forgotten. */
const mostUnsettled = 20_000;
/** Of places that only others can free nobody knows when. */
const usualRetryMs = 1000;

export function createPaceRoom(options: PaceRoomOptions): PaceRoom {
  const { clock, redis } = options;
  const local = new LocalCounters(clock);
  const shared = redis && new SharedCounters(redis);
  const unsettled = new Map<string, Unsettled[]>();
  const line = new WaitingLine({ ...options, take, giveBack: (call, taken) => room.giveBack(call, taken) });
  const vouching = shared && setInterval(() => void shared.vouch(local.live()), usualLeaseMs / 3).unref();

  function take(id: string, rules: readonly Rule[]): Taken | Promise<Taken> {
    if (!shared || shared.away) return local.take(id, rules);
    return shared.take(id, rules).then((taken) => {
      if (taken === null) return local.take(id, rules);
      if (taken.admitted) for (const { counter } of placesOf(rules)) local.hold(id, counter);
      return taken;
    });
  }

  function change(id: string, together: boolean, changes: readonly Change[]): void {
    if (together && shared) void shared.change(id, changes, []);
    else local.change(changes);
  }

  function free(id: string, rules: readonly Rule[]): void {
    const places = placesOf(rules);
    for (const { counter } of places) local.release(id, counter);
    if (shared && places.length > 0) void shared.change(id, [], places);
    line.wake();
  }

  const room: PaceRoom = {
    admit(call, onWait) {
      if (line.blocks(call.rules)) return waited(call, refusedUnasked(call.rules), onWait);
      const taken = take(call.id, call.rules);
      if (taken instanceof Promise)
        return taken.then((known) => (known.admitted ? known : waited(call, known, onWait)));
      return taken.admitted ? taken : waited(call, taken, onWait);
    },
    retryAfterMs({ standings }) {
      const waits = standings.map(({ rule, waitMs }) =>
        waitMs === 0 ? 0 : (waitMs ?? usualRetryMs) + line.backlogMs(rule),
      );
      return Math.max(1, Math.ceil(Math.max(...waits)));
    },
    release(call, { together }, used) {
      free(call.id, call.rules);
      const tokens = call.rules.filter(({ counts }) => counts === 'tokens');
      if (tokens.length === 0) return;
      if (used === 'nothing') return change(call.id, together, tokens.map(undone));
      const known = unsettled.get(call.id) ?? [];
      unsettled.set(call.id, [...known, { rules: tokens, together }]);
      if (unsettled.size > mostUnsettled) unsettled.delete(unsettled.keys().next().value as string);
    },
    giveBack(call, { together }) {
      const rates = call.rules.filter(({ counts }) => counts !== 'concurrency');
      if (rates.length > 0) change(call.id, together, rates.map(undone));
      free(call.id, call.rules);
    },
    settle(id, tokens) {
      for (const { rules, together } of unsettled.get(id) ?? []) {
        if (tokens === null) continue;
        const changes = rules.map((rule) => ({ rule, units: tokens - rule.cost })).filter(({ units }) => units !== 0);
        if (changes.length > 0) change(id, together, changes);
      }
      if (unsettled.delete(id)) line.wake();
    },
    get waiting() {
      return line.size;
    },
    stop: () => clearInterval(vouching ?? undefined),
  };

  function waited(call: WaitingCall, refused: Taken, onWait: (leave: () => void) => void): Taken | Promise<Taken> {
    const { taken, leave } = line.wait(call, refused);
    if (!(taken instanceof Promise)) return taken;
    onWait(leave);
    return taken;
  }
  return room;
}

const undone = (rule: Rule): Change => ({ rule, units: -rule.cost });
const placesOf = (rules: readonly Rule[]): Rule[] => rules.filter(({ counts }) => counts === 'concurrency');

/** Behind others that wait for the same, a call does not even ask. */
const refusedUnasked = (rules: readonly Rule[]): Taken => ({
  admitted: false,
  together: false,
  standings: rules.map((rule) => ({ rule, remaining: 0, resetMs: 0, waitMs: null })),
});
