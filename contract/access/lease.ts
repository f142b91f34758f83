// How proxies that spend from one budget stay within it. Somebody (Redis, else the collector) grants each proxy a part of what
// is left; inside its part the proxy holds and settles without asking. Everything that a proxy says is a total since its boot,
// so saying it twice changes nothing, and what a dead proxy held falls back when its lease runs out.
import { z } from 'zod';

const nanos = z.number().int().nonnegative();

/** One budget in one period for one team, key …: `<budget>#<what it counts>|<value>|<period start, epoch seconds>`. */
export const CounterName = z.string().max(600);

export const LeaseClaim = z.object({
  counter: CounterName,
  limitNanos: nanos,
  settledNanos: nanos.describe('spent by this boot in this period, in all'),
  holdsNanos: nanos.describe('held for calls under way'),
  keepNanos: nanos.describe(
    'of what was granted before and is not settled: what it goes on using; the rest is given back',
  ),
  wantNanos: nanos.describe('wished for on top, to go on without asking'),
  needsNanos: z
    .array(nanos)
    .max(1000)
    .describe('what waiting calls need on top of `keepNanos`, in their order: each granted whole or not at all'),
  sinceMs: z.number().int().nonnegative().describe('since when this boot counts it, epoch milliseconds; 0: all along'),
  endsAt: z.number().int().describe('when the period ends, epoch milliseconds'),
});
export type LeaseClaim = z.infer<typeof LeaseClaim>;

/** Without claims it is a sign of life: so many proxies share what is left. */
export const LeaseRequest = z.object({ boot: z.string().max(100), claims: z.array(LeaseClaim).max(1000) });
export type LeaseRequest = z.infer<typeof LeaseRequest>;

export const LeaseGrant = z.object({
  counter: CounterName,
  grantedNanos: nanos.describe('what this boot may hold and spend beyond the `settledNanos` that it said'),
  settledNanos: nanos.describe('spent by all, as far as anybody knows'),
  leasedNanos: nanos.describe('granted to all, this boot included, and not settled yet'),
  settling: z
    .boolean()
    .describe('whoever grants has just begun and does not know yet what others hold: nothing new is given out'),
  scarce: z
    .boolean()
    .describe(
      'a call found no room for what lies idle with others: nobody keeps more than it holds for the next seconds',
    ),
});
export type LeaseGrant = z.infer<typeof LeaseGrant>;

export const LeaseAnswer = z.object({
  leaseMs: z.number().int().positive().describe('how long a grant holds, from when it was asked for'),
  sharers: z.number().int().nonnegative().describe('proxies that gave a sign of life lately, this one included'),
  grants: z.array(LeaseGrant),
});
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;

/** What ClickHouse has recorded of one boot's spend in one counter. Set, never added: a later version replaces it. */
export const SpendSeed = z.object({
  boot: z.string(),
  beforeNanos: nanos.describe('of exchanges that began before the boot counted it'),
  recordedNanos: nanos.describe('of those that began since'),
});
export type SpendSeed = z.infer<typeof SpendSeed>;

export const CounterSeed = z.object({
  counter: CounterName,
  version: z.number().int().nonnegative().describe('when it was read, epoch milliseconds'),
  endsAt: z.number().int().describe('when the period ends, epoch milliseconds'),
  boots: z.array(SpendSeed),
});
export type CounterSeed = z.infer<typeof CounterSeed>;

export const SeedAnswer = z.object({ seeds: z.array(CounterSeed) });
export type SeedAnswer = z.infer<typeof SeedAnswer>;
