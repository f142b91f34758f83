// One try at one target. An exchange has one or more.
import { z } from 'zod';
import { CostSource, Outcome } from './words.ts';

const milliseconds = z.number().int().nonnegative();

/**
 * Why it was made: `first`; `retry` at the same target; `failover` to the next one; `rotation` to another key of the same
 * provider; `hedge` because the first was slow; `cascade` because its answer was not good enough; `continuation` of an
 * answer that broke off; `shadow`: a copy that nobody sees.
 */
export const AttemptKind = z.enum([
  'first',
  'retry',
  'failover',
  'rotation',
  'hedge',
  'cascade',
  'continuation',
  'shadow',
]);
export type AttemptKind = z.infer<typeof AttemptKind>;

export const Attempt = z.object({
  number: z.number().int().positive().describe('1 for the first try'),
  provider: z.string(),
  model: z.string().describe('the model asked of this provider; empty where the path names none'),
  region: z.string().default(''),
  startedAtMs: milliseconds.describe('after the exchange started'),
  connectMs: milliseconds.nullable().describe('until a connection was ready; null when unknown'),
  firstByteMs: milliseconds.nullable().describe('until the response head, after the attempt started'),
  totalMs: milliseconds.describe('until the attempt ended, after it started'),
  status: z.number().int().nullable().describe('HTTP status; null when no answer came'),
  outcome: Outcome,
  errorCode: z.string().default('').describe('Sightline’s own code, where it has one'),
  providerRequestId: z.string().default('').describe('the provider’s x-request-id or request-id'),
  kind: AttemptKind.default('first'),
  why: z
    .string()
    .default('')
    .describe('one clause: why it was made, or why it ended; empty where there is nothing to say'),
  inputTokens: z.number().int().nonnegative().nullable().default(null).describe('null when the provider did not say'),
  outputTokens: z.number().int().nonnegative().nullable().default(null),
  costNanos: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe('nano-dollars; of the attempt that answered this is the cost of the exchange'),
  costSource: CostSource.nullable().default(null),
});
export type Attempt = z.infer<typeof Attempt>;

/** What is to be said of an attempt that was the first, as far as nobody has said anything else. */
export const plainAttempt = {
  kind: 'first',
  why: '',
  inputTokens: null,
  outputTokens: null,
  costNanos: null,
  costSource: null,
} as const satisfies Partial<Attempt>;
