// Which requests a route is for. Every given condition must hold; the first route in the file whose conditions all hold
// is taken.
import { z } from 'zod';
import { DialectName, Operation } from './words.ts';

/** What a request may need of a model, and what a model may be able to do. */
export const Capability = z.enum(['tools', 'vision', 'schema', 'audio', 'stream']);
export type Capability = z.infer<typeof Capability>;

const pattern = z.string();

export const RouteMatch = z.strictObject({
  model: pattern.optional().describe('the model that was asked for: an alias of your own or a real name'),
  provider: pattern.optional().describe('the provider that was asked for by name'),
  task: pattern.optional().describe('what the call is for, from x-sightline-task or the key'),
  app: pattern.optional().describe('the app that calls'),
  team: pattern.optional().describe('the team the app belongs to'),
  user: pattern.optional().describe('the app’s own user on whose behalf it calls'),
  key: pattern.optional().describe('id of the key that the client used'),
  environment: pattern.optional().describe('such as production or staging'),
  header: z.record(z.string(), pattern).optional().describe('request headers by name, each with a pattern'),
  tags: z.record(z.string(), pattern).optional().describe('metadata of the request by name, each with a pattern'),
  dialect: DialectName.optional().describe('the wire format that the client speaks'),
  operation: Operation.optional().describe('what the call does'),
  inputTokens: z
    .strictObject({
      min: z.number().int().nonnegative().optional().describe('at least this many'),
      max: z.number().int().positive().optional().describe('at most this many'),
    })
    .optional()
    .describe('estimated size of the request; a request of unknown size does not match'),
  needs: z.array(Capability).optional().describe('the request needs all of these'),
  sensitivity: pattern.optional().describe('class of what is in the request, as the policy names it'),
  hours: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d( [\w+\-/]+)?$/, 'expected "22:00-06:00 Europe/Berlin"')
    .optional()
    .describe('time of day, from the first minute to before the second, in UTC or the named zone; may pass midnight'),
  examples: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('prompts of the kind that belongs here; a prompt matches when it is like these'),
  threshold: z.number().min(0).max(1).optional().describe('how sure that likeness must be, 0.5 when left out'),
});
export type RouteMatch = z.infer<typeof RouteMatch>;
