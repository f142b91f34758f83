// A budget: how much may be spent, by whom or on what, in which stretch of time, and what happens on the way there.
import { z } from 'zod';

/** What spend can be divided by. */
export const SpendDimension = z.enum(['tenant', 'team', 'app', 'key', 'user', 'task', 'provider', 'model']);
export type SpendDimension = z.infer<typeof SpendDimension>;

const pattern = z.string().min(1).max(256);

/** Every given field must match; * stands for any run of characters. Empty: everything. */
export const SpendMatch = z.strictObject({
  tenant: pattern.optional(),
  team: pattern.optional(),
  app: pattern.optional(),
  key: pattern.optional().describe('id of a key, or its name'),
  user: pattern.optional(),
  task: pattern.optional(),
  provider: pattern.optional(),
  model: pattern.optional().describe('as asked of the provider'),
});
export type SpendMatch = z.infer<typeof SpendMatch>;

/** In the workspace's time zone (`collector.timezone`); a week begins on Monday. */
export const BudgetPeriod = z.enum(['hour', 'day', 'week', 'month']);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

export const BudgetStep = z.strictObject({
  percent: z.number().positive().max(1000),
  action: z
    .enum(['warn', 'slow', 'cheaper', 'stop'])
    .describe('tell the webhook; let calls wait a little; choose the cheapest target; refuse'),
});
export type BudgetStep = z.infer<typeof BudgetStep>;

export const Budget = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9 _.-]{0,80}$/i, 'expected letters, digits, spaces, "_", "." or "-"'),
  for: SpendMatch.default({}).describe('which spend counts'),
  each: SpendDimension.optional().describe('a budget of this size for each team, key, user … instead of one for all'),
  limitUsd: z.number().positive().describe('dollars in each period'),
  per: BudgetPeriod,
  hard: z.boolean().default(true).describe('refuse what would pass the limit; soft: only warn'),
  steps: z
    .array(BudgetStep)
    .max(10)
    .default([{ percent: 80, action: 'warn' }])
    .describe('what happens at which share of the limit; a hard budget stops at 100 without being told'),
  whenUnreachable: z
    .enum(['share', 'refuse', 'allow'])
    .default('share')
    .describe('neither Redis nor collector answers: go on within this proxy’s part, refuse, or count and allow'),
});
export type Budget = z.infer<typeof Budget>;

/** A limit on pace instead of spend; see Allowance for what a key carries itself. */
export const PaceLimit = z.strictObject({
  name: z.string().min(1).max(80),
  for: SpendMatch.default({}),
  each: z
    .enum(['key', 'user', 'model', 'team', 'app'])
    .optional()
    .describe('counted apart for each; left out: together'),
  requestsPerMinute: z.number().int().positive().optional(),
  tokensPerMinute: z.number().int().positive().optional().describe('input and output together'),
  concurrency: z.number().int().positive().optional().describe('calls under way at the same time'),
  maxCallUsd: z.number().positive().optional().describe('no single call may be expected to cost more'),
  overMaxCall: z
    .enum(['refuse', 'cheapest'])
    .default('refuse')
    .describe('refuse it, or send it to the cheapest target of its route if that is within the cap'),
});
export type PaceLimit = z.infer<typeof PaceLimit>;
