// GET /api/incidents: stretches in which a provider failed often, what became of the traffic, and the raw errors.
import { z } from 'zod';
import { Outcome } from '../words.ts';
import { FailedAttempt } from './errors.ts';
import { FailureCounts } from './reliability.ts';
import { WindowQuery } from './window.ts';

export const IncidentsQuery = WindowQuery.extend({
  limit: z.coerce.number().int().min(1).max(20).default(10),
});
export type IncidentsQuery = z.infer<typeof IncidentsQuery>;

export const Incident = z.object({
  provider: z.string(),
  models: z.array(z.string()).describe('of the attempts that failed, most failures first'),
  from: z.number().describe('the first failure, epoch milliseconds'),
  to: z.number().describe('the last failure'),
  ongoing: z.boolean().describe('the last failure is younger than the calm after which an incident is over'),
  attempts: z.number(),
  failed: z.number(),
  classes: FailureCounts,
  worstShare: z.number().describe('of the worst five minutes, 0 to 1'),
  exchanges: z.number().describe('exchanges with a failed attempt at this provider meanwhile'),
  saved: z
    .array(z.object({ provider: z.string(), exchanges: z.number() }))
    .describe('those that were answered all the same, by who answered'),
  lost: z.array(z.object({ outcome: Outcome, exchanges: z.number() })).describe('those that were not, by outcome'),
  course: z.array(z.object({ at: z.number(), attempts: z.number(), failed: z.number() })).describe('per five minutes'),
  examples: z.array(FailedAttempt).describe('the newest failures'),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentsAnswer = z.object({
  incidents: z.array(Incident).describe('the newest first'),
  found: z.number().describe('how many there are in all'),
});
export type IncidentsAnswer = z.infer<typeof IncidentsAnswer>;
