// GET /api/decisions: one page of the decision log, newest first. The page is cut from `decisions` alone; how its exchanges
// ended and what was attempted is then looked up for the few rows that it shows.
import type { Attempt } from '../../contract/attempt.ts';
import type { DecisionRow } from '../../contract/questions/decisions.ts';
import { DecisionsAnswer, DecisionsQuery } from '../../contract/questions/decisions.ts';
import type { Window } from '../../contract/questions/window.ts';
import { decisionCondition, insideWindow } from './decision-filters.ts';
import { type DecisionEnd, type StoredDecisionRow, toDecisionRow } from './decision-row.ts';
import { type StoredAttempt, toAttempt } from './exchange-record.ts';
import type { Condition } from './filters.ts';
import { afterCursor, lookBack, pageWindow, toCursor } from './keyset.ts';
import { type QuestionContext, question } from './question.ts';

export const decisions = question({
  path: '/api/decisions',
  summary: 'One page of decisions, newest first. `next` is the `before` of the page after it.',
  query: DecisionsQuery,
  answer: DecisionsAnswer,
  async ask(context, query) {
    const before = query.before ? toCursor(query.before) : null;
    const conditions = [decisionCondition(query), afterCursor(before)];
    const window = pageWindow(query, before, context.clock());
    const found = await lookBack(window, query.limit + 1, (span, limit) =>
      rowsBetween(context, conditions, { ...span, rows: limit }),
    );
    const rows = await withTheirEnds(context, found.slice(0, query.limit));
    const last = rows.at(-1);
    return { rows, next: found.length > query.limit && last ? `${last.startedAt}-${last.id}` : null };
  },
});

function rowsBetween({ store }: QuestionContext, conditions: Condition[], bounds: Window & { rows: number }) {
  const sql = `SELECT toString(id) AS id_text, toUnixTimestamp64Milli(ts) AS started_at, task, requested_model, provider, decision
FROM {db:Identifier}.decisions
WHERE ${insideWindow} AND ${conditions.map((condition) => condition.sql).join(' AND ')}
ORDER BY ts DESC, id DESC
LIMIT {rows:UInt32}`;
  const parameters = Object.assign({}, ...conditions.map((condition) => condition.parameters));
  return store.read<StoredDecisionRow>(sql, { ...parameters, ...bounds });
}

async function withTheirEnds({ store }: QuestionContext, rows: StoredDecisionRow[]): Promise<DecisionRow[]> {
  if (rows.length === 0) return [];
  const times = rows.map((row) => Number(row.started_at));
  const bounds = { from: Math.min(...times), to: Math.max(...times) + 1, ids: rows.map((row) => row.id_text) };
  const these = `WHERE ${insideWindow} AND id IN {ids:Array(UUID)}`;
  const [ends, attempts] = await Promise.all([
    store.read<DecisionEnd>(
      `SELECT toString(id) AS id_text, model, outcome, http_status, attempt_count FROM {db:Identifier}.exchanges ${these}`,
      bounds,
    ),
    store.read<StoredAttempt & { id_text: string }>(
      `SELECT toString(id) AS id_text, number, provider, model, region, started_at_ms, connect_ms, first_byte_ms, total_ms,
  status, outcome, error_code, provider_request_id, attempt_kind, why, input_tokens, output_tokens, cost_nanos, cost_source
FROM {db:Identifier}.attempts ${these} ORDER BY number`,
      bounds,
    ),
  ]);
  const endOf = new Map(ends.map((end) => [end.id_text, end]));
  const attemptsOf = Map.groupBy(attempts, ({ id_text }) => id_text);
  return rows.map((row) => {
    const made: Attempt[] = (attemptsOf.get(row.id_text) ?? []).map(toAttempt);
    return toDecisionRow(row, endOf.get(row.id_text), made);
  });
}
