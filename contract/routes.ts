// A route: which requests it is for, who may answer them, how one of these is chosen, and what must never happen.
// docs/routing.md has a recipe for every strategy.
import { z } from 'zod';
import { RouteCache } from './access/access-configuration.ts';
import {
  RouteCanary,
  RouteCascade,
  RouteConstraints,
  RouteExperiment,
  RouteHedge,
  RoutePatience,
  RouteShadow,
  RouteSticky,
  RouteTier,
  TargetReference,
} from './route-behaviour.ts';
import { RouteMatch } from './route-match.ts';
import { CaptureMode } from './words.ts';

/** How the first target is chosen among those that may be. */
export const StrategyName = z.enum([
  'fixed',
  'weighted',
  'cheapest',
  'fastest',
  'least-busy',
  'published',
  'cascade',
  'tiers',
]);
export type StrategyName = z.infer<typeof StrategyName>;

export const TargetConfiguration = z.strictObject({
  ...TargetReference.shape,
  weight: z.number().nonnegative().optional().describe('share of the traffic relative to the others; 0: none'),
  maxCostUsd: z.number().positive().optional().describe('not asked when the call is expected to cost more there'),
  timeToFirstTokenMs: z.number().int().positive().optional().describe('given up for the next one after this long'),
});
export type TargetConfiguration = z.infer<typeof TargetConfiguration>;

export const RouteConfiguration = z.strictObject({
  name: z.string().min(1).describe('shown in records and on the dashboard'),
  match: RouteMatch.default({}).describe('every given field must match; * stands for any run of characters'),
  capture: CaptureMode.optional().describe('how much is recorded of what matches'),
  strategy: StrategyName.optional().describe('left out: weighted where targets have weights, else fixed'),
  targets: z
    .array(TargetConfiguration)
    .default([])
    .describe('who may answer, best or cheapest first as the strategy has it; none: the route only sets capture'),
  fallback: z.array(TargetConfiguration).default([]).describe('asked in this order when no target has answered'),
  percentile: z.enum(['p50', 'p95']).default('p50').describe('of the time to first token, for strategy fastest'),
  canary: RouteCanary.optional().describe('a small share for a newcomer'),
  experiment: RouteExperiment.optional().describe('shares for a comparison'),
  shadow: RouteShadow.optional().describe('a copy that nobody sees'),
  cascade: RouteCascade.optional().describe('for strategy cascade: when the next target is asked'),
  tiers: z.array(RouteTier).optional().describe('for strategy tiers: the best target within these limits'),
  constraints: RouteConstraints.prefault({}).describe('hold before any strategy and again before every attempt'),
  deadlineMs: z.number().int().positive().optional().describe('for the exchange with all its attempts'),
  retries: z.number().int().min(0).max(10).default(1).describe('further calls to the same target before the next one'),
  hedge: RouteHedge.optional().describe('ask a second provider when the first is slow; never with tools'),
  continuation: z.boolean().default(false).describe('another model may go on with an answer that broke off; marked'),
  sticky: RouteSticky.prefault({}).describe('who stays with the target it drew'),
  cache: RouteCache.optional().describe('whether an answer may be given twice; left out: as `cache` says'),
  patience: RoutePatience.optional().describe('batch or real time'),
  clientWishes: z
    .enum(['honour', 'ignore'])
    .default('honour')
    .describe('a client’s order, only, ignore, sort and price limits; they narrow the targets and never add one'),
  qualityFloor: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('accepted share below which evaluation takes a target out'),
  mode: z
    .enum(['observe', 'propose', 'automatic'])
    .default('observe')
    .describe('what evaluation may do with the weights: only watch, propose, or publish'),
  unsupported: z
    .enum(['reject', 'drop'])
    .optional()
    .describe(
      'fields that the target’s dialect cannot say: refuse the request, or leave them out; default: refuse those that change the answer, leave out the rest',
    ),
});
export type RouteConfiguration = z.infer<typeof RouteConfiguration>;
