// GET /api/exchanges: one page of exchanges, newest first, previews only. Keyset paging by (startedAt, id).
import { z } from 'zod';
import { CacheStatus, CostSource, DialectName, FinishReason, Operation, Outcome, UsageSource } from '../words.ts';
import { Filters, Nanos } from './window.ts';

export const ExchangesQuery = Filters.extend({
  from: z.coerce.number().int().optional(),
  to: z.coerce.number().int().optional(),
  text: z.string().max(200).optional().describe('substring of the previews, letter case ignored'),
  unpriced: z.literal('true').optional().describe('only those with tokens but without a price'),
  tried: z.string().optional().describe('a provider that was asked in any attempt, whoever answered in the end'),
  before: z
    .string()
    .regex(/^\d+-[0-9a-f-]{36}$/)
    .optional()
    .describe('cursor: the `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type ExchangesQuery = z.infer<typeof ExchangesQuery>;

export const ExchangeRow = z.object({
  id: z.string(),
  startedAt: z.number(),
  provider: z.string(),
  model: z.string().describe('the answering model, else the one asked for'),
  requestedModel: z.string(),
  dialect: DialectName,
  operation: Operation,
  stream: z.boolean(),
  outcome: Outcome,
  httpStatus: z.number().nullable(),
  errorCode: z.string(),
  finish: FinishReason.nullable(),
  app: z.string(),
  team: z.string(),
  user: z.string(),
  task: z.string(),
  session: z.string(),
  environment: z.string(),
  key: z.string().describe('id of the Sightline key; empty when it came without one'),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  usageSource: UsageSource.nullable(),
  costNanos: Nanos,
  costSource: CostSource.nullable(),
  totalMs: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  attempts: z.number(),
  cacheStatus: CacheStatus.nullable().describe('null where no cache was asked'),
  requestPreview: z.string(),
  responsePreview: z.string(),
});
export type ExchangeRow = z.infer<typeof ExchangeRow>;

export const ExchangesAnswer = z.object({ rows: z.array(ExchangeRow), next: z.string().nullable() });
export type ExchangesAnswer = z.infer<typeof ExchangesAnswer>;
