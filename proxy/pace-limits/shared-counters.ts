// Counts together with other proxies, in Redis: one call of one script for all rules of a call. Null: it cannot be had now.
import type { RedisCommands } from '../shared/redis-commands.ts';
import type { Change } from './local-counters.ts';
import { burstOf, concurrencyStanding, type Rule, rateStanding, stepMs, type Taken } from './rule.ts';
import { changeScript, takeScript, vouchScript } from './shared-scripts.ts';

/** How long after its proxy has died a call still takes up a place. */
export const usualLeaseMs = 15_000;

const keyOf = ({ counter }: Pick<Rule, 'counter'>): string => `sightline:pace:${counter}`;

export class SharedCounters {
  readonly #redis: RedisCommands;
  readonly #leaseMs: number;

  constructor(redis: RedisCommands, leaseMs = usualLeaseMs) {
    this.#redis = redis;
    this.#leaseMs = leaseMs;
  }

  get away(): boolean {
    return this.#redis.degraded();
  }

  async take(id: string, rules: readonly Rule[]): Promise<Taken | null> {
    const values = rules.flatMap((rule) => [
      ...[rule.counts === 'concurrency' ? 'c' : 'r', String(rule.most), String(burstOf(rule)), String(rule.cost)],
    ]);
    const answer = await this.#redis.run(takeScript, rules.map(keyOf), [id, String(this.#leaseMs), ...values]);
    if (!Array.isArray(answer)) return null;
    const standings = rules.map((rule, at) => {
      const wait = Number(answer[at * 2 + 1]);
      const state = Number(answer[at * 2 + 2]);
      return rule.counts === 'concurrency'
        ? concurrencyStanding(rule, state, wait === 0)
        : rateStanding(rule, state, wait);
    });
    return { admitted: answer[0] === 1, standings, together: true };
  }

  /** What was taken and proved too much or too little, and calls that are over. Nobody waits for it. */
  async change(id: string, changes: readonly Change[], released: readonly Rule[]): Promise<void> {
    const keys = [...changes.map(({ rule }) => rule), ...released].map(keyOf);
    if (keys.length === 0) return;
    const debts = changes.map(({ rule, units }) => String(units * stepMs(rule)));
    await this.#redis.run(changeScript, keys, [id, ...debts, ...released.map(() => 'c')]);
  }

  /** Calls of this proxy that are still under way, those admitted without Redis included. */
  async vouch(live: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    for (const [counter, ids] of live) {
      if (this.away) return;
      await this.#redis.run(vouchScript, [keyOf({ counter })], [String(this.#leaseMs), ...ids]);
    }
  }
}
