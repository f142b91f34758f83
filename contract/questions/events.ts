// GET /api/events: what happened beside the exchanges, newest first, one page at a time. Keyset paging by (startedAt, id).
import { z } from 'zod';
import { EventAction, EventRecord } from '../event.ts';
import { Window } from './window.ts';

export const EventsQuery = Window.partial().extend({
  action: EventAction.optional(),
  subject: z.string().optional().describe('what it was done to: an id or a name'),
  actor: z.string().optional(),
  tenant: z.string().optional(),
  before: z
    .string()
    .regex(/^\d+-[0-9a-f-]{36}$/)
    .optional()
    .describe('cursor: the `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

export const EventRow = EventRecord.omit({ kind: true });
export type EventRow = z.infer<typeof EventRow>;

export const EventsAnswer = z.object({ rows: z.array(EventRow), next: z.string().nullable() });
export type EventsAnswer = z.infer<typeof EventsAnswer>;
