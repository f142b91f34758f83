// What a proxy tells the collector of its targets' health: PUT /v1/targets/<boot>. It is kept in memory and forgotten soon.
import { z } from 'zod';

/** More targets than this are not reported, those called least recently left out. */
export const mostReportedTargets = 200;

const share = z.number().min(0).max(1);
const milliseconds = z.number().nonnegative();

export const BreakerState = z.enum(['closed', 'open', 'half-open']);

export const TargetState = z.object({
  provider: z.string().max(200),
  model: z.string().max(300),
  key: z.string().max(100).describe('which of the configured keys, counted from 0; "client" for the callers’ own'),
  region: z.string().max(100),
  breaker: BreakerState,
  coolingForMs: milliseconds.nullable().describe('how much longer the provider asked to be left alone'),
  headroom: share
    .nullable()
    .describe('share of the tightest rate limit that is left; null when the provider says nothing'),
  inFlight: z.number().int().nonnegative(),
  concurrencyLimit: milliseconds
    .nullable()
    .describe('calls at once it was seen to bear; null while it never complained'),
  success: share.nullable().describe('chance that the next call succeeds; null when nothing is known'),
  factor: share.describe('what its weight in a draw is multiplied with; 0: not now'),
  firstTokenP50Ms: milliseconds.nullable(),
  firstTokenP95Ms: milliseconds.nullable(),
  tokensPerSecond: milliseconds.nullable(),
});
export type TargetState = z.infer<typeof TargetState>;

export const TargetReport = z.object({ targets: z.array(TargetState).max(mostReportedTargets) });
export type TargetReport = z.infer<typeof TargetReport>;
