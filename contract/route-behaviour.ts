// What a route may do beside choosing one target: trials, copies, escalation, hedging, staying with a session, and the
// constraints that stand before all of it.
import { z } from 'zod';
import { Capability } from './route-match.ts';
import { FinishReason } from './words.ts';

const percent = z.number().min(0).max(100);
const milliseconds = z.number().int().positive();
const dollars = z.number().positive();

export const TargetReference = z.strictObject({
  provider: z.string().describe('name of a provider of this configuration'),
  model: z.string().min(1).describe('the model’s name at that provider'),
});
export type TargetReference = z.infer<typeof TargetReference>;

const StableUnit = z
  .enum(['session', 'user', 'request'])
  .default('session')
  .describe('what stays on its side; a request without one is drawn alone');

export const RouteCanary = z.strictObject({
  percent: percent.describe('share of the units'),
  target: TargetReference.describe('who is tried'),
  unit: StableUnit,
});

export const RouteExperiment = z.strictObject({
  name: z.string().min(1).describe('salts the draw, so that two experiments divide the units differently'),
  arms: z
    .array(
      z.strictObject({ percent: percent.describe('share of the units'), target: TargetReference.describe('this arm') }),
    )
    .min(1)
    .describe('what is left of 100 follows the route’s own strategy'),
  unit: StableUnit,
});

export const RouteShadow = z.strictObject({
  target: TargetReference.describe('gets a copy; its answer is recorded and never returned'),
  percent: percent.default(100).describe('share of the requests that are copied'),
});

export const EscalationRules = z.strictObject({
  confidenceBelow: z.number().min(0).max(1).optional().describe('the answer’s confidence, where it has one, is lower'),
  schemaInvalid: z.boolean().default(false).describe('the answer does not fit the schema that was asked for'),
  matches: z
    .array(z.string().min(1))
    .default([])
    .describe('the answer’s text matches one of these regular expressions'),
  finish: z.array(FinishReason).default([]).describe('the answer ended for one of these reasons'),
});
export type EscalationRules = z.infer<typeof EscalationRules>;

export const RouteCascade = z.strictObject({
  escalateWhen: EscalationRules.describe('the next target is asked when one of these holds'),
});

export const RouteTier = z.strictObject({
  criticality: z
    .string()
    .default('*')
    .describe('tier of requests whose criticality is like this; the first one counts'),
  maxLatencyMs: milliseconds.optional().describe('expected time to the end of the answer'),
  maxCostUsd: dollars.optional().describe('expected cost of the call'),
});
export type RouteTier = z.infer<typeof RouteTier>;

export const RouteConstraints = z.strictObject({
  residency: z.array(z.string()).default([]).describe('the target’s region is like one of these; empty: anywhere'),
  selfHostedOnly: z.boolean().default(false).describe('nothing leaves for a cloud'),
  selfHostedFor: z.array(z.string()).default([]).describe('classes of sensitivity that stay on self-hosted targets'),
  retention: z.enum(['none', 'any']).default('any').describe('none: only providers known to keep nothing'),
  capabilities: z.array(Capability).default([]).describe('the target is known to be able to do all of these'),
  maxCostUsd: dollars.optional().describe('expected cost of one call; a target of unknown price is left out'),
});
export type RouteConstraints = z.infer<typeof RouteConstraints>;

export const RouteHedge = z.strictObject({
  afterMs: milliseconds.optional().describe('wait this long for the first token; left out: the learned p95'),
  maxPercent: percent.default(3).describe('share of the traffic that may be asked twice'),
});

export const RouteSticky = z.strictObject({
  by: z.enum(['session', 'user', 'none']).default('session').describe('what stays with the target it drew'),
  minutes: z.number().positive().default(60).describe('for this long after its last request'),
});

export const RoutePatience = z.strictObject({
  batchAfterMs: milliseconds.describe('a request that can wait this long goes to a batch endpoint where there is one'),
});
