// A candidate while it is being decided about: the target as the configuration has it, and what is known of it right now.
import type { Candidate, ExclusionReason } from '../contract/decision.ts';
import { warmTokensOf } from './affinity.ts';
import type { RouteTarget, Rules } from './compile-route.ts';
import { constraintAgainst } from './constraints.ts';
import { expectedNanos, expectedOutputTokens } from './expected-cost.ts';
import type { Question, TargetFacts, TargetHealth } from './question.ts';

export interface Exclusion {
  reason: ExclusionReason;
  /** One clause for people. */
  detail: string;
}

export interface Contender {
  /** Place among all contenders of the decision. */
  place: number;
  target: RouteTarget;
  facts: TargetFacts;
  health: TargetHealth | null;
  /** Tokens of the session's prompt that lie in its prompt cache. */
  warmTokens: number;
  outputTokens: number;
  expectedNanos: number | null;
  /** What it may never do, or what health has against it just now. */
  excluded: Exclusion | null;
  score: number | null;
  probability: number;
}

/** Looks a target up and holds the constraints against it. Health is another matter: see mask.ts. */
export function contenderFor(target: RouteTarget, rules: Rules, question: Question): Contender {
  const { lookups } = question;
  const facts = lookups.facts(target);
  const warmTokens = warmTokensOf(question, target);
  const outputTokens = expectedOutputTokens(question, target);
  const contender: Contender = {
    place: 0,
    target,
    facts,
    health: lookups.health(target),
    warmTokens,
    outputTokens,
    expectedNanos: expectedNanos(facts, { inputTokens: question.inputTokens, outputTokens, warmTokens }),
    excluded: null,
    score: null,
    probability: 0,
  };
  contender.excluded = constraintAgainst(contender, rules, question);
  return contender;
}

/** As it is stored. */
export function candidateOf(contender: Contender): Candidate {
  const { target, facts, health, excluded } = contender;
  return {
    provider: target.provider,
    model: target.model,
    region: facts.region,
    probability: contender.probability,
    score: contender.score,
    health: health?.success ?? null,
    expectedNanos: contender.expectedNanos,
    excluded: excluded?.reason ?? null,
    detail: excluded?.detail ?? '',
  };
}
