// GET /api/incidents: finds the bad five minutes of every provider, joins them to stretches, and then reads for the newest
// of these alone what failed, what became of the exchanges and what the last failures were.
import { type Incident, IncidentsAnswer, IncidentsQuery } from '../../contract/questions/incidents.ts';
import type { Window } from '../../contract/questions/window.ts';
import { attemptCondition } from './attempt-filter.ts';
import { newestFailures } from './failed-attempts.ts';
import { failedByProvider, failureCounts, speaksAgainst } from './failure-class.ts';
import { fatesOf, partsOf, type StretchPart } from './incident-parts.ts';
import { type QuestionContext, question } from './question.ts';
import { badShare, type Cell, calmMs, cellMs, type Stretch, stretchesOf, worthCounting } from './stretches.ts';
import { checkedWindow } from './windows.ts';

type Query = (typeof IncidentsQuery)['_output'];
/** Of each incident. */
const mostExamples = 5;

export const incidents = question({
  path: '/api/incidents',
  summary: 'Stretches in which a provider failed often: begin, end, what failed, where the traffic went, raw errors.',
  query: IncidentsQuery,
  answer: IncidentsAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    const all = stretchesOf(await badCells(context, query, window));
    const newest = all.slice(0, query.limit);
    const [parts, fates] = await Promise.all([
      partsOf(context, { stretches: newest, window, filters: query }),
      fatesOf(context, { stretches: newest, window, filters: query }),
    ]);
    const told = newest.map(async (stretch, index) => ({
      ...describe(stretch, parts[index]!, context.clock()),
      ...fates[index]!,
      examples: await examplesOf(context, query, { stretch, window }),
    }));
    return { incidents: await Promise.all(told), found: all.length };
  },
});

async function badCells({ store }: QuestionContext, query: Query, window: Window): Promise<Cell[]> {
  const condition = attemptCondition(window, query);
  const sql = `SELECT provider, intDiv(toUnixTimestamp64Milli(ts), ${cellMs}) * ${cellMs} AS at_f, count() AS attempts_f,
  countIf(${failedByProvider}) AS failed_f
FROM {db:Identifier}.attempts
WHERE ${condition.sql}
GROUP BY provider, at_f
HAVING failed_f >= ${worthCounting} AND failed_f >= ${badShare} * attempts_f
ORDER BY at_f DESC LIMIT 50000`;
  const found = await store.read<{ provider: string; at_f: string; attempts_f: string; failed_f: string }>(
    sql,
    condition.parameters,
  );
  return found.map((row) => ({
    provider: row.provider,
    at: Number(row.at_f),
    attempts: Number(row.attempts_f),
    failed: Number(row.failed_f),
  }));
}

/** What the parts of a stretch add up to. */
function describe(
  stretch: Stretch,
  parts: StretchPart[],
  now: number,
): Omit<Incident, 'exchanges' | 'saved' | 'lost' | 'examples'> {
  const against = parts.filter((part) => part.failure !== '' && part.failure !== 'rejected');
  const classes: Record<string, number> = {};
  for (const { failure, attempts } of parts) if (failure !== '') classes[failure] = (classes[failure] ?? 0) + attempts;
  const models = new Map<string, number>();
  for (const { model, attempts } of against) models.set(model, (models.get(model) ?? 0) + attempts);
  const cells = Map.groupBy(parts, (part) => part.at);
  const sum = (some: StretchPart[]) => some.reduce((total, part) => total + part.attempts, 0);
  const to = Math.max(...against.map((part) => part.lastAt));
  return {
    provider: stretch.provider,
    models: [...models].sort((one, other) => other[1] - one[1]).map(([model]) => model),
    ...{ from: Math.min(...against.map((part) => part.firstAt)), to },
    ongoing: now - to < calmMs,
    ...{ attempts: sum(parts), failed: sum(against), classes: failureCounts(classes), worstShare: stretch.worstShare },
    course: [...cells]
      .sort((one, other) => one[0] - other[0])
      .map(([at, inside]) => ({
        ...{ at, attempts: sum(inside) },
        failed: sum(inside.filter((part) => against.includes(part))),
      })),
  };
}

function examplesOf(context: QuestionContext, query: Query, { stretch, window }: { stretch: Stretch; window: Window }) {
  const inside = { from: Math.max(stretch.from, window.from), to: Math.min(stretch.to, window.to) };
  const condition = (span: Window) => {
    const { sql, parameters } = attemptCondition(span, { ...query, provider: stretch.provider });
    return { sql: `${speaksAgainst('failure')} AND ${sql}`, parameters };
  };
  return newestFailures(context, inside, { condition, most: mostExamples });
}
