// Something that happened beside the exchanges and that somebody may be asked about later: a key made or refused, a secret
// opened, a budget reached. One line of a segment, or written by the collector itself; append-only, never with a secret in it.
import { z } from 'zod';

export const EventAction = z.enum([
  'key.create',
  'key.rotate',
  'key.revoke',
  'key.refused',
  'secret.create',
  'secret.open',
  'secret.open.failed',
  'secret.use',
  'secret.change',
  'secret.rotate',
  'secret.remove',
  'budget.set',
  'budget.remove',
  'budget.warn',
  'budget.slow',
  'budget.cheaper',
  'budget.stop',
  'cache.purge',
]);
export type EventAction = z.infer<typeof EventAction>;

export const EventRecord = z.object({
  kind: z.literal('event'),
  id: z.uuid(),
  boot: z.string().describe('of the proxy, or "collector"'),
  startedAt: z.number().int().describe('epoch milliseconds'),
  tenant: z.string().default('default'),
  actor: z.string().default('').describe('who did it: an id of a key, "operator", "proxy"'),
  action: EventAction,
  subject: z.string().default('').describe('what it was done to: an id or a name'),
  detail: z.record(z.string(), z.string()).default({}),
});
export type EventRecord = z.infer<typeof EventRecord>;

/** As whoever saw it happen says it; which run wrote it down is added on the way. The same id twice is one event. */
export type NewEvent = Omit<z.input<typeof EventRecord>, 'kind' | 'boot'>;
