// Why an exchange went where it went: who could have answered, who could not and why, with which probabilities, what was
// drawn, and in which order targets were to be asked. Stored with the exchange.
import { z } from 'zod';

/**
 * How the first target was chosen. `sampled`: drawn afresh with the recorded probabilities, the only kind that evaluation may
 * learn from; `sticky`: an earlier draw of the same unit; `pinned`: the request, the key or a fixed strategy named it;
 * `cascade`: the cheap step of a cascade; `shadow`: a copy that nobody sees; `failover`, `hedge`: chosen because another
 * attempt of the same exchange failed or was slow; `cache`: nobody was asked.
 */
export const DecisionKind = z.enum(['sampled', 'sticky', 'pinned', 'failover', 'hedge', 'cascade', 'shadow', 'cache']);
export type DecisionKind = z.infer<typeof DecisionKind>;

/** Why a candidate could not be chosen. A closed list: every exclusion has one of these words. */
export const ExclusionReason = z.enum([
  'breaker_open',
  'cooling_down',
  'unhealthy',
  'no_capacity',
  'residency',
  'self_hosted_only',
  'retention',
  'capability',
  'context_window',
  'price_cap',
  'latency_cap',
  'key_policy',
  'no_credential',
  'request_policy',
  'zero_weight',
  'tried',
]);
export type ExclusionReason = z.infer<typeof ExclusionReason>;

export const Candidate = z.object({
  provider: z.string(),
  model: z.string(),
  region: z.string().default(''),
  /** Of the first draw, after health was taken into account; those of all candidates add up to 1. */
  probability: z.number().min(0).max(1),
  /** What the strategy ranks by (weight, nano-dollars, milliseconds …); null where it ranks nothing. */
  score: z.number().nullable().default(null),
  /** Chance that the next call succeeds as health sees it, 0 to 1; null when nothing is known. */
  health: z.number().nullable().default(null),
  /** Nano-dollars that this call is expected to cost there; null when no price is known. */
  expectedNanos: z.number().nullable().default(null),
  excluded: ExclusionReason.nullable().default(null),
  /** One clause for people; '' when not excluded. */
  detail: z.string().default(''),
});
export type Candidate = z.infer<typeof Candidate>;

export const Decision = z.object({
  /** Name of the route; '' where no route matched and the model's own name decided. */
  route: z.string().default(''),
  strategy: z.string().default(''),
  kind: DecisionKind,
  /** What the draw was made for: a session, a user, or the exchange alone; a hash, never the name itself. */
  unit: z.string().default(''),
  /** The uniform number that was drawn; null where nothing was. */
  draw: z.number().min(0).max(1).nullable().default(null),
  /** Version of the published weights that were used; '' when none were. */
  weightsVersion: z.string().default(''),
  /** The route that the prompt was most like, and how sure; null where meaning was not asked. */
  meaning: z.object({ route: z.string(), confidence: z.number() }).nullable().default(null),
  candidates: z.array(Candidate).default([]),
  /** Places in `candidates`, in the order in which they were to be asked. */
  plan: z.array(z.number().int().nonnegative()).default([]),
});
export type Decision = z.infer<typeof Decision>;
