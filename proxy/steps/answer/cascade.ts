// The cheap step of a cascade: its answer is heard to the end before the client hears any of it, and where it is not good
// enough, the next target is asked instead.
import type { EscalationRules } from '../../../contract/route-behaviour.ts';
import { type CheapAnswer, compileEscalation, type EscalationCheck } from '../../../routing/escalate.ts';
import type { Reading } from '../../dialects/dialect.ts';
import type { Exchange } from '../../exchange.ts';
import type { Failed } from './after-attempt.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { Heard } from './heard.ts';
import { type AttemptPlan, oneAttempt } from './one-attempt.ts';

const compiled = new WeakMap<EscalationRules, EscalationCheck>();

export async function cascadeStep(exchange: Exchange, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
  const rules = exchange.routing?.route?.cascade?.escalateWhen;
  if (!rules) return oneAttempt(exchange, plan, rooms);
  const check = compiled.get(rules) ?? compileEscalation(rules);
  compiled.set(rules, check);
  const heard = new Heard(plan.target, plan.tap);
  let why: string | null = null;
  const judged: AttemptPlan = {
    ...plan,
    tap: heard,
    onCommit() {
      if (why !== null) heard.showAgain();
    },
    permission(when) {
      if (when === 'content') return 'wait';
      why = heard.tooLong ? 'the answer is too long to be judged' : verdictOn(exchange, heard.reading(), check);
      return why === null ? 'go' : 'never';
    },
  };
  const failed = await oneAttempt(exchange, judged, rooms);
  if (!failed?.withheld) return failed;
  if (failed.attempt) heard.meter(failed.attempt, exchange, { prices: rooms.prices, whole: true });
  return { ...failed, unanswered: { ...failed.unanswered, why: why ?? 'the answer is too long to be judged' } };
}

/** A clause about why it is not good enough; null where it is, or where nobody can tell. */
function verdictOn({ question }: Exchange, reading: Reading | null, check: EscalationCheck): string | null {
  if (!reading) return null;
  const text = reading.answer?.text ?? '';
  const answer: CheapAnswer = {
    text,
    finish: reading.finish?.unified ?? null,
    confidence: confidenceIn(text),
    // Whether it is JSON at all; what the schema asks beyond that is the app's to judge.
    fitsSchema: question?.needs.schema ? isJson(text) : null,
  };
  return check(answer);
}

/** Where the prompt asked for one: `"confidence": 0.8` in an answer that is JSON. */
function confidenceIn(text: string): number | null {
  const found = /"confidence"\s*:\s*(0(?:\.\d+)?|1(?:\.0+)?)(?![\d.])/.exec(text);
  return found ? Number(found[1]) : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
