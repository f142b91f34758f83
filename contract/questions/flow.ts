// GET /api/flow: where requests went: from the model that was asked for, through what decided, to who served it.
import { z } from 'zod';
import { DecisionKind } from '../decision.ts';
import { DecisionFilters } from './decisions.ts';
import { WindowQuery } from './window.ts';

export const FlowQuery = WindowQuery.extend(DecisionFilters.shape).extend({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(8)
    .describe('requested models, routes and served models kept each; the rest is added up as "other"'),
});
export type FlowQuery = z.infer<typeof FlowQuery>;

export const FlowRow = z.object({
  requestedModel: z.string(),
  route: z.string().describe('empty: the model’s own name decided'),
  kind: DecisionKind,
  provider: z
    .string()
    .describe('who served it; empty, like the model, where nobody did, or where it is one of the others'),
  model: z.string(),
  requests: z.number(),
});
export type FlowRow = z.infer<typeof FlowRow>;

export const FlowAnswer = z.object({ requests: z.number(), rows: z.array(FlowRow) });
export type FlowAnswer = z.infer<typeof FlowAnswer>;
