// GET /api/flow: counts from the requested model through route and kind to who served. Who served stands in `exchanges`, so
// the two tables are joined bite by bite and added up here.
import type { DecisionKind } from '../../contract/decision.ts';
import type { FlowRow } from '../../contract/questions/flow.ts';
import { FlowAnswer, FlowQuery } from '../../contract/questions/flow.ts';
import type { Window } from '../../contract/questions/window.ts';
import { decisionCondition, insideWindow } from './decision-filters.ts';
import type { Condition } from './filters.ts';
import { type QuestionContext, question } from './question.ts';
import { timeSlices } from './time-slices.ts';
import { checkedWindow } from './windows.ts';

/** Decisions joined at a time; the ids of a slice stand in memory. */
const mostAtOnce = 500_000;

interface Row {
  requested_model: string;
  route: string;
  decision_kind: DecisionKind;
  served_by: string;
  served_model: string;
  requests_n: string;
}

export const flow = question({
  path: '/api/flow',
  summary: 'Requests by requested model, route, kind of decision and who served them.',
  query: FlowQuery,
  answer: FlowAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    const condition = decisionCondition(query);
    const rows: FlowRow[] = [];
    for (const slice of await timeSlices(context, { table: 'decisions', window, most: mostAtOnce }))
      rows.push(...(await flowWithin(context, condition, slice)));
    const requests = rows.reduce((sum, row) => sum + row.requests, 0);
    return { requests, rows: merged(withOthers(rows, query.limit)) };
  },
});

async function flowWithin({ store }: QuestionContext, condition: Condition, { from, to }: Window): Promise<FlowRow[]> {
  const served = "outcome NOT IN ('', 'refused', 'unreachable') AND decided.provider != ''";
  const rows = await store.read<Row>(
    `SELECT requested_model, route, decision_kind, if(${served}, decided.provider, '') AS served_by,
  if(${served}, ended.model, '') AS served_model, count() AS requests_n
FROM (SELECT id, requested_model, route, decision_kind, provider FROM {db:Identifier}.decisions
  WHERE ${insideWindow} AND ${condition.sql}) AS decided
GLOBAL ANY LEFT JOIN (SELECT id, model, outcome FROM {db:Identifier}.exchanges WHERE ${insideWindow}) AS ended USING (id)
GROUP BY requested_model, route, decision_kind, served_by, served_model`,
    { ...condition.parameters, from, to },
  );
  return rows.map((row) => ({
    requestedModel: row.requested_model,
    route: row.route,
    kind: row.decision_kind,
    provider: row.served_by,
    model: row.served_model,
    requests: Number(row.requests_n),
  }));
}

/** Of each column the names with most requests stay; the rest becomes "other". */
function withOthers(rows: readonly FlowRow[], limit: number): FlowRow[] {
  const requested = biggest(rows, (row) => row.requestedModel, limit);
  const routes = biggest(rows, (row) => row.route, limit);
  const served = biggest(rows, servedName, limit);
  return rows.map((row) => {
    const isKept = served.has(servedName(row)) || row.model === '';
    return {
      ...row,
      requestedModel: requested.has(row.requestedModel) ? row.requestedModel : 'other',
      route: routes.has(row.route) ? row.route : 'other',
      ...(isKept ? {} : { provider: '', model: 'other' }),
    };
  });
}

const servedName = ({ provider, model }: FlowRow): string => `${provider}\n${model}`;

function biggest(rows: readonly FlowRow[], name: (row: FlowRow) => string, limit: number): Set<string> {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(name(row), (sums.get(name(row)) ?? 0) + row.requests);
  const ranked = [...sums].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  // One more than the limit is no reason to hide one.
  return new Set(ranked.slice(0, ranked.length === limit + 1 ? limit + 1 : limit).map(([each]) => each));
}

function merged(rows: readonly FlowRow[]): FlowRow[] {
  const sums = new Map<string, FlowRow>();
  for (const row of rows) {
    const key = JSON.stringify({ ...row, requests: 0 });
    const known = sums.get(key);
    sums.set(key, known ? { ...known, requests: known.requests + row.requests } : row);
  }
  return [...sums.values()].sort((one, other) => other.requests - one.requests);
}
