// A row of the decision log: from what is stored of a decision, of the exchange it was made for, and of its attempts.
import type { Attempt } from '../../contract/attempt.ts';
import type { Decision } from '../../contract/decision.ts';
import type { DecisionRow } from '../../contract/questions/decisions.ts';
import type { Outcome } from '../../contract/words.ts';
import { toDecision } from './decision.ts';
import { chosenOf, decisionSentence } from './decision-sentence.ts';

export interface StoredDecisionRow {
  id_text: string;
  started_at: string;
  task: string;
  requested_model: string;
  provider: string;
  decision: string;
}

export interface DecisionEnd {
  id_text: string;
  model: string;
  outcome: Outcome;
  http_status: number | null;
  attempt_count: number;
}

/** What cannot be read any more stands there as nothing. */
const unreadable: Decision = {
  ...{ route: '', strategy: '', kind: 'pinned', unit: '', draw: null },
  ...{ weightsVersion: '', meaning: null, candidates: [], plan: [] },
};

/** `end`: undefined when the exchange has passed its retention. */
export function toDecisionRow(
  row: StoredDecisionRow,
  end: DecisionEnd | undefined,
  attempts: readonly Attempt[],
): DecisionRow {
  const decision = toDecision(row.decision) ?? unreadable;
  const chosen = chosenOf(decision);
  const excluded = decision.candidates.flatMap((candidate) => candidate.excluded ?? []);
  const isServed = row.provider !== '' && end !== undefined && wasServed(end.outcome);
  return {
    id: row.id_text,
    startedAt: Number(row.started_at),
    task: row.task,
    requestedModel: row.requested_model,
    route: decision.route,
    strategy: decision.strategy,
    kind: decision.kind,
    chosen: chosen && { provider: chosen.provider, model: chosen.model },
    probability: chosen?.probability ?? null,
    served: isServed ? { provider: row.provider, model: end.model } : null,
    outcome: end?.outcome ?? 'partial',
    httpStatus: end?.http_status ?? null,
    attempts: end?.attempt_count ?? attempts.length,
    excluded: [...new Set(excluded)],
    why: decisionSentence({ decision, attempts, requestedModel: row.requested_model }),
  };
}

/** Nobody served what was refused here, or where no provider said a word. */
const wasServed = (outcome: Outcome): boolean => outcome !== 'refused' && outcome !== 'unreachable';
