// Synthetic records that were routed: every kind of decision, exclusions of all reasons, chains of attempts, and some where
// nothing was to decide; with the filters of the decision log in plain TypeScript.
import { type Candidate, type Decision, DecisionKind, ExclusionReason } from '../../contract/decision.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { DecisionFilters } from '../../contract/questions/decisions.ts';
import { attempt } from '../clickhouse/records.ts';
import { modelOf } from './model.ts';
import { awkward, random, syntheticRecords } from './synthetic.ts';

export const routeNames = ['', 'support', 'night shift', awkward[0]!, awkward[4]!, awkward[8]!];
export const strategies = ['direct', 'weighted', 'cheapest', 'canary'];

export function routedRecords(count: number, seed: number): ExchangeRecord[] {
  const draw = random(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(draw() * values.length)]!;
  const candidate = (): Candidate => {
    const excluded = draw() < 0.4 ? pick(ExclusionReason.options) : null;
    const names = {
      provider: pick(['openai', 'anthropic', 'house']),
      model: pick(['alpha', 'beta "x"']),
      region: 'eu',
    };
    return {
      ...names,
      ...{ probability: excluded ? 0 : 0.25, score: 2, health: null, expectedNanos: 1_000_000, excluded },
      detail: excluded ? 'said "excluded":"residency" in its detail' : '',
    };
  };
  const decisionFor = (): Decision => {
    const candidates = Array.from({ length: 1 + Math.floor(draw() * 4) }, candidate);
    const able = [...candidates.keys()].filter((place) => candidates[place]!.excluded === null);
    return {
      ...{ route: pick(routeNames), strategy: pick(strategies), kind: pick(DecisionKind.options) },
      ...{ unit: '', draw: draw(), weightsVersion: '', meaning: null, candidates, plan: able },
    };
  };
  return syntheticRecords(count, seed + 1).map((record, index) => ({
    ...record,
    provider: index % 13 === 0 ? '' : record.provider,
    decision: draw() < 0.85 ? decisionFor() : null,
    notes: index % 7 === 0 ? ['logit_bias was left out'] : [],
    upstreamDialect: index % 5 === 0 ? ('gemini' as const) : null,
    attempts: Array.from({ length: 1 + (index % 3) }, (_, at) => ({
      ...attempt(at + 1, pick(['openai', 'house']), pick(['alpha', 'beta'])),
      kind: at === 0 ? ('first' as const) : ('failover' as const),
    })),
  }));
}

export type Routed = ExchangeRecord & { decision: Decision };

export const isRouted = (record: ExchangeRecord): record is Routed => record.decision !== null;

export function fitsDecision({ decision, requestedModel }: Routed, filters: DecisionFilters): boolean {
  const { route, strategy, kind, excluded } = filters;
  return (
    (route === undefined || decision.route === route) &&
    (strategy === undefined || decision.strategy === strategy) &&
    (kind === undefined || decision.kind === kind) &&
    (filters.requestedModel === undefined || requestedModel === filters.requestedModel) &&
    (excluded === undefined || decision.candidates.some((candidate) => candidate.excluded === excluded))
  );
}

/** Nobody served what was refused or never reached anybody. */
export function servedBy(record: ExchangeRecord): { provider: string; model: string } | null {
  if (record.provider === '' || record.outcome === 'refused' || record.outcome === 'unreachable') return null;
  return { provider: record.provider, model: modelOf(record) };
}
