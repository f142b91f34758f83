// GET /api/spend: what was spent in a window, in all and by one dimension, over time and split by kind of token.
import { z } from 'zod';
import { Nanos, WindowQuery } from './window.ts';

/** What spend can be looked at by; `kind` is the kind of token. */
export const SpendBy = z.enum(['team', 'app', 'key', 'user', 'task', 'model', 'provider', 'kind']);
export type SpendBy = z.infer<typeof SpendBy>;

/** The buckets of usage; `fees`: charged by the thing (requests, searches, seconds); `unsplit`: no kind is known. */
export const SpendKind = z.enum([
  'inputUncached',
  'inputCacheRead',
  'inputCacheWrite5m',
  'inputCacheWrite1h',
  'inputAudio',
  'inputImage',
  'outputText',
  'outputReasoning',
  'outputAudio',
  'outputImage',
  'fees',
  'unsplit',
]);
export type SpendKind = z.infer<typeof SpendKind>;

export const SpendQuery = WindowQuery.extend({
  by: SpendBy.default('team'),
  step: z.coerce
    .number()
    .int()
    .min(60)
    .multipleOf(60)
    .default(86_400)
    .describe('seconds per bucket; less than a quarter of an hour only for windows of up to two hours'),
  limit: z.coerce.number().int().min(1).max(20).default(8).describe('groups of the series; the rest is "other"'),
  rows: z.coerce.number().int().min(1).max(1000).default(100).describe('rows of the table'),
});
export type SpendQuery = z.infer<typeof SpendQuery>;

export const KindSpend = z.object({
  kind: SpendKind,
  tokens: z.number().nullable().describe('as providers counted them; answers from the cache are left out'),
  costNanos: Nanos,
});
export type KindSpend = z.infer<typeof KindSpend>;

export const Spend = z.object({
  requests: z.number(),
  costNanos: Nanos,
  savedNanos: Nanos.describe('what answers from the cache had cost'),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  unpriced: z.number().describe('exchanges with tokens but without a price'),
  unpricedTokens: z.number().nullable(),
  kinds: z.array(KindSpend).describe('only those that there were; their costs add up to costNanos'),
});
export type Spend = z.infer<typeof Spend>;

export const SpendRow = Spend.extend({ group: z.string().describe('empty when not said') });
export type SpendRow = z.infer<typeof SpendRow>;

export const SpendPoint = z.object({
  at: z.number().describe('start of the bucket, epoch milliseconds'),
  group: z.string(),
  costNanos: Nanos,
});
export type SpendPoint = z.infer<typeof SpendPoint>;

export const SpendAnswer = z.object({
  step: z.number(),
  timezone: z.string(),
  total: Spend,
  rows: z.array(SpendRow).describe('the dearest first; none by kind, which stands in `total`'),
  groups: z.number().describe('how many groups there are in all'),
  series: z.array(SpendPoint).describe('buckets without spend are missing, not zero'),
});
export type SpendAnswer = z.infer<typeof SpendAnswer>;
