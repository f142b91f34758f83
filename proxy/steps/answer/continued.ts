// Has another model go on with an answer that broke off in the client's sight: it is asked with the conversation and the
// words so far, and what it says goes into the same stream. Where nobody does, the client is told what broke.
import { type Broken, Continuation } from '../../continuation/continuation.ts';
import { dialects } from '../../dialects/index.ts';
import { ProxyError } from '../../errors.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { attemptLimits } from '../../health/next-attempt.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { Heard } from './heard.ts';
import { oneAttempt } from './one-attempt.ts';

/** Null where the route does not ask for it, or where there is more to an answer than words. */
export function continuationFor(exchange: Exchange, rooms: AnswerRooms): Continuation | null {
  const { routing, route, plan, stream, scan } = exchange;
  if (!routing?.route?.continuation || !stream || plan.length < 2 || route.operation !== 'chat') return null;
  if (!dialects[route.dialect].client || scan?.fields.has('tools')) return null;
  return new Continuation(() => nextPlace(exchange, rooms) !== null);
}

/** After an attempt that left the client a part of an answer; nothing where it is whole. Rejects when the client goes away. */
export async function goOnWhereBroken(
  exchange: Exchange,
  continuation: Continuation,
  rooms: AnswerRooms,
): Promise<void> {
  let broken = continuation.take();
  while (broken && !exchange.gone) {
    const place = nextPlace(exchange, rooms);
    if (place === null || !rooms.watch.budget.retry(exchange.attribution.task)) {
      broken.say();
      return;
    }
    const saidNothing = await goOn(exchange, { place, broken, continuation }, rooms);
    broken = continuation.take() ?? (saidNothing ? broken : null);
  }
  if (exchange.gone) throw new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');
}

interface GoingOn {
  place: number;
  broken: Broken;
  continuation: Continuation;
}

/** True where the client has heard nothing of this target. */
async function goOn(
  exchange: Exchange,
  { place, broken, continuation }: GoingOn,
  rooms: AnswerRooms,
): Promise<boolean> {
  const { writer } = broken;
  const target = exchange.plan[place] as Exchange['plan'][number];
  const words = writer.words ?? '';
  const reason = reasonOf(broken);
  const begunBy = exchange.attempts.at(-1);
  if (begunBy) begunBy.why ||= reason;
  const why = `${reason} after ${words.length} characters`;
  const heard = new Heard(target, null);
  const before = exchange.attempts.length;
  writer.goOn();
  const failed = await oneAttempt(
    exchange,
    {
      ...{ target, place, kind: 'continuation', why, open: true, tap: heard, continuation },
      goesOn: { writer, words },
      onCommit() {
        const { provider, model } = target;
        exchange.notes = [...exchange.notes, `${provider.name}/${model} went on with the answer: ${why}`];
      },
    },
    rooms,
  );
  const record = exchange.attempts[before];
  if (record && !failed) heard.meter(record, exchange, { prices: rooms.prices, whole: record.outcome === 'success' });
  return failed !== null;
}

/** Who could be asked now: within the plan, its constraints, the attempts, the budget and the deadline. */
function nextPlace(exchange: Exchange, { router, watch }: AnswerRooms): number | null {
  const { plan, question, attempts, deadline, gone, attribution } = exchange;
  if (gone || !question || attempts.length >= attemptLimits.attempts) return null;
  if (deadline !== null && elapsedMs(exchange) >= deadline) return null;
  if (!watch.budget.left(attribution.task)) return null;
  const asked = attempts.map(({ provider, model }) => ({ provider, model }));
  const place = plan.findIndex(({ provider: { name }, model, batch }) => {
    const isAsked = asked.some((one) => one.provider === name && one.model === model);
    return !batch && !isAsked && router.recheck(question, { provider: name, model }, asked) === null;
  });
  return place === -1 ? null : place;
}

function reasonOf({ error, ending }: Broken): string {
  return error ? error.class : ending.errorCode;
}
