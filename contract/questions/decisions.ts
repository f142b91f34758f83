// GET /api/decisions: the decision log, newest first, one page at a time. Keyset paging by (startedAt, id).
import { z } from 'zod';
import { DecisionKind, ExclusionReason } from '../decision.ts';
import { Outcome } from '../words.ts';
import { Filters, Window } from './window.ts';

/** Beside the filters that every question takes: `provider` and `model` there are those that served. */
export const DecisionFilters = z.object({
  route: z.string().optional().describe('empty: those that no route matched'),
  strategy: z.string().optional(),
  kind: DecisionKind.optional(),
  requestedModel: z.string().optional(),
  excluded: ExclusionReason.optional().describe('some candidate was left out for this reason'),
});
export type DecisionFilters = z.infer<typeof DecisionFilters>;

export const DecisionsQuery = Window.partial()
  .extend(Filters.shape)
  .extend(DecisionFilters.shape)
  .extend({
    before: z
      .string()
      .regex(/^\d+-[0-9a-f-]{36}$/)
      .optional()
      .describe('cursor: the `next` of the page before'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  });
export type DecisionsQuery = z.infer<typeof DecisionsQuery>;

const Somebody = z.object({ provider: z.string(), model: z.string() });

export const DecisionRow = z.object({
  id: z.string().describe('of the exchange'),
  startedAt: z.number(),
  task: z.string(),
  requestedModel: z.string(),
  route: z.string(),
  strategy: z.string(),
  kind: DecisionKind,
  chosen: Somebody.nullable().describe('who was to be asked first; null when nobody could be'),
  probability: z.number().nullable().describe('of the chosen one'),
  served: Somebody.nullable().describe('who the answer came from; null when nobody was asked or nobody answered'),
  outcome: Outcome,
  httpStatus: z.number().nullable(),
  attempts: z.number(),
  excluded: z.array(ExclusionReason).describe('why candidates were left out, each reason once'),
  why: z.string().describe('one sentence for people'),
});
export type DecisionRow = z.infer<typeof DecisionRow>;

export const DecisionsAnswer = z.object({ rows: z.array(DecisionRow), next: z.string().nullable() });
export type DecisionsAnswer = z.infer<typeof DecisionsAnswer>;
