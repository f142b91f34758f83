// How proxies that spend from one budget stay within it. Somebody (Redis, else the collector) grants each proxy a part of what
// is left; inside its part the proxy holds and settles without asking. Everything that a proxy says is a total since its boot,
// so saying it twice changes nothing, and what a dead proxy held falls back when its lease runs out.
import { z } from 'zod';

const nanos = z.number().int().nonnegative();

/** One budget in one period for one team, key …: `<budget>|<each value>|<period start, epoch seconds>`. */
export const CounterName = z.string().max(600);

export const LeaseClaim = z.object({
  counter: CounterName,
  limitNanos: nanos,
  settledNanos: nanos.describe('spent by this boot in this period, in all'),
  holdsNanos: nanos.describe('held for calls under way'),
  wantNanos: nanos.describe('wished for on top, to go on without asking'),
  needNanos: nanos.describe('of these, what a waiting call needs: granted whole or not at all'),
  endsAt: z.number().int().describe('when the period ends, epoch milliseconds'),
});
export type LeaseClaim = z.infer<typeof LeaseClaim>;

export const LeaseRequest = z.object({ boot: z.string(), claims: z.array(LeaseClaim).max(1000) });
export type LeaseRequest = z.infer<typeof LeaseRequest>;

export const LeaseGrant = z.object({
  counter: CounterName,
  grantedNanos: nanos.describe('what this boot may hold and spend beyond what it has settled'),
  settledNanos: nanos.describe('spent by all, as far as anybody knows'),
  leasedNanos: nanos.describe('granted to all, this boot included, and not settled yet'),
  expiresAt: z.number().int(),
});
export type LeaseGrant = z.infer<typeof LeaseGrant>;

export const LeaseAnswer = z.object({ grants: z.array(LeaseGrant) });
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;
