// GET /api/events: one page of audit events, newest first.
import type { EventAction } from '../../contract/event.ts';
import { type EventRow, EventsAnswer, EventsQuery } from '../../contract/questions/events.ts';
import type { Window } from '../../contract/questions/window.ts';
import { insideWindow } from './decision-filters.ts';
import type { Condition } from './filters.ts';
import { afterCursor, lookBack, pageWindow, toCursor } from './keyset.ts';
import { type QuestionContext, question } from './question.ts';

interface StoredEvent {
  id_text: string;
  started_at: string;
  boot: string;
  tenant: string;
  actor: string;
  action: EventAction;
  subject: string;
  detail: Record<string, string>;
}

const columns = ['action', 'subject', 'actor', 'tenant'] as const;

export const events = question({
  path: '/api/events',
  summary:
    'One page of events (keys, secrets, budgets, purges), newest first. `next` is the `before` of the next page.',
  query: EventsQuery,
  answer: EventsAnswer,
  async ask(context, query) {
    const before = query.before ? toCursor(query.before) : null;
    const conditions = [equalities(query), afterCursor(before)];
    const found = await lookBack(pageWindow(query, before, context.clock()), query.limit + 1, (span, limit) =>
      rowsBetween(context, conditions, { ...span, rows: limit }),
    );
    const rows = found.slice(0, query.limit).map(toEventRow);
    const last = rows.at(-1);
    return { rows, next: found.length > query.limit && last ? `${last.startedAt}-${last.id}` : null };
  },
});

function equalities(query: EventsQuery): Condition {
  const given = columns.filter((column) => query[column] !== undefined);
  return {
    sql: given.map((column) => `${column} = {is_${column}:String}`).join(' AND ') || '1',
    parameters: Object.fromEntries(given.map((column) => [`is_${column}`, query[column] ?? ''])),
  };
}

function rowsBetween({ store }: QuestionContext, conditions: Condition[], bounds: Window & { rows: number }) {
  const sql = `SELECT toString(id) AS id_text, toUnixTimestamp64Milli(ts) AS started_at, boot, tenant, actor, action, subject, detail
FROM {db:Identifier}.audit_events
WHERE ${insideWindow} AND ${conditions.map((condition) => condition.sql).join(' AND ')}
ORDER BY ts DESC, id DESC
LIMIT 1 BY ts, id
LIMIT {rows:UInt32}`;
  const parameters = Object.assign({}, ...conditions.map((condition) => condition.parameters));
  return store.read<StoredEvent>(sql, { ...parameters, ...bounds });
}

function toEventRow({ id_text, started_at, ...row }: StoredEvent): EventRow {
  return { id: id_text, startedAt: Number(started_at), ...row };
}
