// GET /api/decisions/:id: why this model? Found like the exchange it belongs to, without its bodies.
import { z } from 'zod';
import { Decision } from '../../contract/decision.ts';
import { DecisionAnswer } from '../../contract/questions/decision.ts';
import { decisionSentence } from './decision-sentence.ts';
import { attemptsOf, decisionOf, exchangeOf, keyOf } from './exchange-parts.ts';
import { toAttempt } from './exchange-record.ts';
import { question } from './question.ts';

export const decision = question({
  path: '/api/decisions/:id',
  summary: 'Why this model? Candidates, exclusions, probabilities, plan and attempts of one exchange, and a sentence.',
  query: z.object({ id: z.uuid() }),
  inPath: true,
  answer: DecisionAnswer,
  async ask(context, { id }) {
    const row = await exchangeOf(context, id);
    const key = keyOf(row);
    const [stored, storedAttempts] = await Promise.all([decisionOf(context, key), attemptsOf(context, key)]);
    const decided = toDecision(stored?.decision ?? '');
    const attempts = storedAttempts.map(toAttempt);
    return {
      id,
      startedAt: key.at,
      task: row.task,
      requestedModel: row.requested_model,
      provider: row.provider,
      model: row.response_model || row.requested_model,
      dialect: row.dialect,
      upstreamDialect: stored?.upstream_dialect ?? null,
      outcome: row.outcome,
      httpStatus: row.http_status,
      decision: decided,
      attempts,
      notes: stored?.notes ?? [],
      why: decisionSentence({ decision: decided, attempts, requestedModel: row.requested_model }),
    };
  },
});

/** What the proxy wrote; null where it wrote nothing that can be read as a decision. */
export function toDecision(text: string): Decision | null {
  try {
    return Decision.nullable().parse(JSON.parse(text));
  } catch {
    return null;
  }
}
