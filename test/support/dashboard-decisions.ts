// Invented decisions for the dashboard's tests: two routes and requests by name, made of the same exchanges as everything
// else, so that log, flow and drawer agree.
import type { Attempt } from '../../contract/attempt.ts';
import type { Candidate, Decision } from '../../contract/decision.ts';
import type { DecisionAnswer } from '../../contract/questions/decision.ts';
import type { DecisionFacetsAnswer } from '../../contract/questions/decision-facets.ts';
import type { DecisionFilters, DecisionRow } from '../../contract/questions/decisions.ts';
import type { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import type { FlowAnswer, FlowRow } from '../../contract/questions/flow.ts';
import type { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';

type Invented = Pick<Decision, 'route' | 'strategy' | 'kind' | 'draw'> & { requestedModel: string };

const numberOf = ({ id }: ExchangeRow): number => Number.parseInt(id.slice(-6), 16);

/** Support tickets are drawn, summaries go to the cheapest, the rest is asked for by name. */
function inventedFor(row: ExchangeRow): Invented {
  const number = numberOf(row);
  if (row.task === 'support-reply') {
    const kind = number % 11 === 0 ? 'failover' : number % 3 === 0 ? 'sampled' : 'sticky';
    const draw = kind === 'sampled' ? (number % 97) / 97 : null;
    return { route: 'support', strategy: 'weighted', kind, draw, requestedModel: 'smart' };
  }
  if (row.task === 'summarise-ticket')
    return { route: 'summaries', strategy: 'cheapest', kind: 'pinned', draw: null, requestedModel: 'cheap' };
  return { route: '', strategy: 'direct', kind: 'pinned', draw: null, requestedModel: row.requestedModel };
}

const candidate = (provider: string, model: string, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ provider, model, region: 'eu', probability: 0, score: null, health: 0.99, expectedNanos: 4_200_000 },
  ...{ excluded: null, detail: '' },
  ...changes,
});

export function decisionOf(row: ExchangeRow): Decision {
  const { requestedModel: _asked, ...made } = inventedFor(row);
  const common = { ...made, unit: made.draw === null ? '' : '9f86d081884c7d65', weightsVersion: '', meaning: null };
  const served = candidate(row.provider, row.model, { probability: 1 });
  if (made.route === '') return { ...common, candidates: [served], plan: [0] };
  return {
    ...common,
    candidates: [
      { ...served, probability: 0.9, score: 90 },
      candidate('openai', 'gpt-5.6-luna', { probability: 0.1, score: 10, health: 0.83, expectedNanos: null }),
      candidate('mistral', 'mistral-large-3', {
        excluded: 'breaker_open',
        detail: 'it failed too often',
        health: 0.12,
      }),
      candidate('house', 'llama-4-scout', { excluded: 'residency', detail: 'region us, allowed eu*', region: 'us' }),
    ],
    plan: [0, 1],
  };
}

/** What the record of a row says of its routing. */
export function routingOf(row: ExchangeRow): Pick<ExchangeAnswer, 'decision' | 'notes' | 'upstreamDialect'> {
  const isTranslated = row.task === 'support-reply' && row.dialect !== 'openai-chat';
  return {
    decision: decisionOf(row),
    upstreamDialect: isTranslated ? 'openai-chat' : null,
    notes: isTranslated ? ['logit_bias has no counterpart and was left out'] : [],
  };
}

const sentence = (row: ExchangeRow): string => {
  const { route, kind } = inventedFor(row);
  if (route === '') return `No route matched: ${row.provider}/${row.model} was asked for by its name, and it answered.`;
  const drew = kind === 'sampled' ? 'drew' : kind === 'sticky' ? 'stayed with' : 'chose';
  const course = row.attempts > 1 ? '; it failed with 503, so it was asked again and answered' : ', and it answered';
  return `Route ${route} ${drew} ${row.provider}/${row.model} with probability 0.9${course}.`;
};

export function decisionRow(row: ExchangeRow): DecisionRow {
  const { requestedModel } = inventedFor(row);
  const decision = decisionOf(row);
  const chosen = decision.candidates[0]!;
  const isServed = row.outcome !== 'unreachable' && row.outcome !== 'refused';
  return {
    ...{ id: row.id, startedAt: row.startedAt, task: row.task, requestedModel },
    ...{ route: decision.route, strategy: decision.strategy, kind: decision.kind },
    chosen: { provider: chosen.provider, model: chosen.model },
    probability: chosen.probability,
    served: isServed ? { provider: row.provider, model: row.model } : null,
    ...{ outcome: row.outcome, httpStatus: row.httpStatus, attempts: row.attempts },
    excluded: decision.candidates.flatMap(({ excluded }) => excluded ?? []),
    why: sentence(row),
  };
}

export function decisionAnswer(row: ExchangeRow, attempts: Attempt[]): DecisionAnswer {
  const { requestedModel } = inventedFor(row);
  return {
    ...{ id: row.id, startedAt: row.startedAt, task: row.task, requestedModel },
    ...{ provider: row.provider, model: row.model, dialect: row.dialect },
    ...{ outcome: row.outcome, httpStatus: row.httpStatus, attempts, why: sentence(row) },
    ...routingOf(row),
  };
}

export function fitsDecision(row: DecisionRow, filters: DecisionFilters): boolean {
  const { excluded, ...equal } = filters;
  const isEqual = Object.entries(equal).every(
    ([name, value]) => value === undefined || row[name as keyof typeof equal] === value,
  );
  return isEqual && (excluded === undefined || row.excluded.includes(excluded));
}

export function flowOf(rows: readonly DecisionRow[]): FlowAnswer {
  const sums = new Map<string, FlowRow>();
  for (const { requestedModel, route, kind, served } of rows) {
    const { provider, model } = served ?? { provider: '', model: '' };
    const key = JSON.stringify([requestedModel, route, kind, provider, model]);
    const known = sums.get(key) ?? { requestedModel, route, kind, provider, model, requests: 0 };
    sums.set(key, { ...known, requests: known.requests + 1 });
  }
  return {
    requests: rows.length,
    rows: [...sums.values()].sort((one, other) => other.requests - one.requests),
  };
}

export function decisionFacetsOf(rows: readonly DecisionRow[]): DecisionFacetsAnswer {
  const counted = (values: string[]) =>
    [...Map.groupBy(values, (value) => value)]
      .map(([value, all]) => ({ value, requests: all.length }))
      .sort((one, other) => other.requests - one.requests);
  return {
    route: counted(rows.map((row) => row.route)),
    strategy: counted(rows.map((row) => row.strategy)),
    kind: counted(rows.map((row) => row.kind)),
    requestedModel: counted(rows.map((row) => row.requestedModel)),
    excluded: counted(rows.flatMap((row) => row.excluded)),
  };
}

/** `routes`: as they were sent; every second request is said to match the first one. */
export function rehearsalOf(
  rows: readonly DecisionRow[],
  routes: { name: string }[],
  window: { from: number; to: number },
) {
  const half = Math.floor(rows.length / 2);
  const answer: RehearsalAnswer = {
    ...window,
    ...{ recorded: rows.length * 4, replayed: rows.length },
    routes: [
      { name: routes[0]?.name ?? 'split', requests: half },
      { name: '', requests: rows.length - half },
    ],
    targets: [
      { provider: 'openai', model: 'gpt-5.6-mini', before: half, after: half * 0.4 },
      { provider: 'google', model: 'gemini-3-flash', before: 0, after: half * 0.6 },
      { provider: 'anthropic', model: 'claude-opus-5', before: rows.length - half, after: rows.length - half },
    ],
    cost: {
      before: { nanos: '41200000000', unknown: 12 },
      after: { nanos: '29800000000', unknown: 31 },
      both: { requests: rows.length - 31, beforeNanos: '40100000000', afterNanos: '28900000000' },
    },
    nobody: 3,
    excluded: [{ reason: 'residency', requests: 3 }],
    unheard: [{ route: routes[0]?.name ?? 'split', conditions: ['header'] }],
    notes: ['Health is ignored: no breaker, cool-down, limit or slowness counts.'],
  };
  return answer;
}
