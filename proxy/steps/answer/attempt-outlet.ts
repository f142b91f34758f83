// The way of one attempt's answer to the client, and what the exchange learns when the answer sets out on it.
import type { Exchange } from '../../exchange.ts';
import { Outlet, type OutletOptions } from '../../outlet.ts';
import type { Answered } from '../attempt.ts';
import { responseFor } from '../cache/shared-response.ts';
import { aim } from '../decide.ts';
import type { AttemptPlan } from './one-attempt.ts';

interface OutletParts {
  answered: Answered;
  held: boolean;
  onCommit(): void;
}

export function outletFor(exchange: Exchange, plan: AttemptPlan, { answered, held, onCommit }: OutletParts): Outlet {
  // Whoever began an answer has answered, even where somebody else went on with it.
  const noteAnswer = (status: number): void => {
    aim(exchange, plan.target);
    noteWho(exchange, plan);
    exchange.answeredBy = answered.attempt.number;
    exchange.notes = answered.prepared.notes;
    exchange.firstByteMs = (answered.attempt.firstByteMs ?? 0) + answered.attempt.startedAtMs;
    exchange.httpStatus = status;
    exchange.caching?.committed();
  };
  return new Outlet({
    response: plan.goesOn ? begun(exchange.response) : responseFor(exchange),
    held,
    ...(plan.permission && { permission: plan.permission }),
    onCommit(status) {
      onCommit();
      if (!plan.goesOn) noteAnswer(status);
      plan.onCommit?.();
    },
    onEnd(last) {
      exchange.lastChunk = last;
    },
  });
}

/** The head has left with the beginning. */
function begun(response: Exchange['response']): OutletOptions['response'] {
  const nothing = () => response;
  return { writeHead: nothing, flushHeaders() {}, write: response.write.bind(response) };
}

/** An answer of somebody else than was drawn must not pass for the draw's. */
function noteWho(exchange: Exchange, { place, kind }: AttemptPlan): void {
  const { decision } = exchange;
  if (!decision || place === 0 || decision.kind === 'cascade') return;
  exchange.decision = { ...decision, kind: kind === 'hedge' ? 'hedge' : 'failover' };
}
