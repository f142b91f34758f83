// What attempts cost that did not answer: the provider bills them, and the cost of their exchange leaves them out.
import type { Suspicion } from '../../catalog/reconcile/suspects.ts';
import type { Window } from '../../contract/questions/window.ts';
import { insideWindow } from '../questions/decision-filters.ts';
import type { QuestionContext } from '../questions/question.ts';

export interface OtherAttempts {
  day: string;
  provider: string;
  model: string;
  attempts: number;
  nanos: bigint;
}

export async function otherAttempts(
  { store }: Pick<QuestionContext, 'store'>,
  window: Window,
): Promise<OtherAttempts[]> {
  const rows = await store.read<{ day: string; provider: string; model: string; attempts_n: string; cost_sum: string }>(
    `SELECT toString(toDate(ts, 'UTC')) AS day, provider, model, count() AS attempts_n, sum(cost_nanos) AS cost_sum
FROM {db:Identifier}.attempts
WHERE ${insideWindow} AND cost_nanos > 0 AND (outcome != 'success' OR attempt_kind = 'shadow')
  AND (id, number) NOT IN (SELECT id, max(number) FROM {db:Identifier}.attempts WHERE ${insideWindow} AND attempt_kind != 'shadow' GROUP BY id)
GROUP BY day, provider, model`,
    { ...window },
  );
  return rows.map(({ day, provider, model, attempts_n, cost_sum }) => ({
    ...{ day, provider, model, attempts: Number(attempts_n), nanos: BigInt(cost_sum) },
  }));
}

/** For the table of hypotheses: it is about calls that no exchange is charged for. */
export function attemptsSuspicion({ attempts, nanos }: Pick<OtherAttempts, 'attempts' | 'nanos'>): Suspicion {
  const says = 'retries, hedges and copies are added, which the cost of an exchange leaves out';
  const hypothesis = { name: 'other-attempts', bucket: 'attempts', says, change: () => null };
  return { hypothesis, delta: nanos, calls: attempts };
}
