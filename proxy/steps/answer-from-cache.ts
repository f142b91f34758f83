// Answers from the cache where it can: with an answer that was kept, or with the one that somebody who asked the same is just
// getting. Where it cannot, the exchange goes on, and others who ask the same meanwhile wait for its answer.
import type { CacheStatus } from '../../contract/words.ts';
import type { FlightFacts } from '../cache/cache-room.ts';
import { asksForCache } from '../cache/cache-wish.ts';
import { Flight } from '../cache/flight.ts';
import type { KeptAnswer } from '../cache/kept-answer.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { pause } from './answer/pause.ts';
import type { CacheTurn } from './cache/cache-turn.ts';
import { followedCall, keptCall } from './cache/given-call.ts';
import { type HandOutRooms, handOut } from './cache/hand-out.ts';
import { openNear } from './cache/near-turn.ts';
import { openTurn, type TurnRooms } from './cache/open-turn.ts';

export interface CacheRooms extends TurnRooms, HandOutRooms {
  /** Epoch milliseconds. */
  clock(): number;
  random(): number;
}

/** Nothing, and at once, for most calls: neither route, nor configuration, nor client has said anything of a cache. */
export function answerFromCache(exchange: Exchange, rooms: CacheRooms): void | Promise<void> {
  if (!mayUseCache(exchange, rooms.configuration.cache.automatic)) return;
  return fromCache(exchange, rooms).then((answered) => {
    exchange.answered = answered;
  });
}

function mayUseCache({ routing, request, scan }: Exchange, automatic: boolean): boolean {
  if (!scan) return false;
  return automatic || routing?.route?.cache !== undefined || asksForCache(request.headers) || scan.fields.has('cache');
}

/** True: the client has its answer, but for the very end. */
async function fromCache(exchange: Exchange, rooms: CacheRooms): Promise<boolean> {
  const turn = openTurn(exchange, rooms);
  if (!turn) return false;
  const { rule } = turn.options;
  const { looks } = rule;
  note(exchange, turn, looks ? 'miss' : 'refresh');
  if (looks && (await serveKept(exchange, turn, rooms))) return true;
  if (looks && rule.near !== 'off' && (await serveNear(exchange, turn, rooms))) return true;
  if (looks && (await serveShared(exchange, turn, rooms))) return true;
  exchange.caching = turn;
  return false;
}

/** For when nobody has answered: an answer past its time, where one may be given. */
export async function serveStale(exchange: Exchange, rooms: CacheRooms): Promise<boolean> {
  const stale = exchange.caching?.stale;
  if (!stale || exchange.gone || exchange.response.headersSent) return false;
  const served = await serve(exchange, stale, { status: 'stale', rooms });
  if (served) Object.assign(exchange, { answeredBy: null, errorCode: '', errorMessage: '', errorField: '' });
  return served;
}

async function serveKept(exchange: Exchange, turn: CacheTurn, rooms: CacheRooms): Promise<boolean> {
  const { name, keys, rule } = turn.options;
  const { answers } = rooms.cache;
  const found = answers.atHand(name) ?? (await answers.find(name, keys));
  if (!found || !isSame(exchange, turn, found.facts)) return false;
  const now = rooms.clock();
  const { storedAt, freshUntil } = found.facts;
  if (freshUntil <= now) turn.stale = found;
  const tooOld = rule.maxAgeMs !== null && now - storedAt > rule.maxAgeMs;
  if (freshUntil <= now || tooOld) return false;
  return serve(exchange, found, { status: 'hit', rooms });
}

/** What another format asked may be the same; what the same format asked must be the same to the letter. */
const isSame = ({ route }: Exchange, turn: CacheTurn, asked: { dialect: string; exact: string }): boolean =>
  asked.dialect !== route.dialect || asked.exact === turn.options.exact;

interface Serving {
  status: CacheStatus;
  rooms: CacheRooms;
}

async function serve(exchange: Exchange, kept: KeptAnswer, { status, rooms }: Serving): Promise<boolean> {
  const { facts } = kept;
  const before = exchange.cache;
  const ageMs = Math.max(0, rooms.clock() - facts.storedAt);
  const from = facts.exchangeId;
  exchange.cache = { status, namespace: facts.namespace, ageMs, from, savedNanos: facts.costNanos };
  const relayed = await handOut(exchange, { call: keptCall(kept), facts, held: true }, rooms);
  if (relayed && 'ending' in relayed) {
    Object.assign(exchange, relayed.ending);
    return true;
  }
  exchange.cache = before;
  return false;
}

/** With an answer to a question that means the same, once such answers have been measured to be right. */
async function serveNear(exchange: Exchange, turn: CacheTurn, rooms: CacheRooms): Promise<boolean> {
  const { near: room, answers } = rooms.cache;
  const { rule, configuration } = turn.options;
  turn.near = room && openNear(exchange, turn, { room, answers, clock: rooms.clock });
  if (!turn.near || rule.near !== 'serve' || turn.near.wrongAtMost > configuration.near.falseHits) return false;
  const found = await turn.near.looked;
  // A few are asked afresh, so that it goes on being measured.
  if (!found || rooms.random() * 100 < configuration.near.auditPercent) return false;
  if (!(await serve(exchange, found.answer, { status: 'near', rooms }))) return false;
  const { similarity, answer } = found;
  if (exchange.cache) exchange.cache.near = { similarity, from: answer.facts.exchangeId, same: null };
  return true;
}

/** Waits for the answer of whoever asked the same first; or becomes that one. */
async function serveShared(exchange: Exchange, turn: CacheTurn, rooms: CacheRooms): Promise<boolean> {
  const { flights } = rooms.cache;
  const { name, rule } = turn.options;
  // A batch may take hours, and what must not be kept is nobody else's either.
  if (!rule.keeps || exchange.plan[0]?.batch) return false;
  const known = flights.get(name);
  if (!known) {
    lead(exchange, turn, rooms);
    return false;
  }
  return isSame(exchange, turn, known.asked) && follow(exchange, turn, { flight: known, rooms });
}

function lead(exchange: Exchange, turn: CacheTurn, { cache }: CacheRooms): void {
  const flight = new Flight<FlightFacts>({ dialect: exchange.route.dialect, exact: turn.options.exact });
  cache.flights.set(turn.options.name, flight);
  turn.flight = flight;
}

interface Following {
  flight: Flight<FlightFacts>;
  rooms: CacheRooms;
}

/** Longest wait of those whom the leader's failure sends on their way, so that they do not all set out at once. */
const jitterMs = 100;

async function follow(exchange: Exchange, turn: CacheTurn, { flight, rooms }: Following): Promise<boolean> {
  const follower = flight.join();
  if (!follower) return false;
  const begun = await orGone(exchange, flight.begun);
  if (exchange.gone) {
    follower.leave();
    throw new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');
  }
  const facts = begun ? flight.head : null;
  if (facts) {
    exchange.cache = {
      status: 'shared',
      namespace: turn.options.rule.namespace,
      ageMs: 0,
      from: facts.exchangeId,
      savedNanos: null,
    };
    const call = followedCall(follower, facts);
    const letGo = (): void => call.abort(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.'));
    exchange.cancels.add(letGo);
    const relayed = await handOut(exchange, { call, facts, held: true }, rooms);
    exchange.cancels.delete(letGo);
    if (relayed && 'ending' in relayed) {
      Object.assign(exchange, relayed.ending);
      exchange.cache.savedNanos = facts.costNanos();
      return true;
    }
  }
  follower.leave();
  note(exchange, turn, 'miss');
  Object.assign(exchange, { httpStatus: null, firstByteMs: null, overheadMicros: null });
  await pause(exchange, rooms.random() * jitterMs);
  return false;
}

async function orGone(exchange: Exchange, begun: Promise<boolean>): Promise<boolean> {
  let leave = (): void => {};
  const gone = new Promise<boolean>((resolve) => {
    leave = () => resolve(false);
  });
  exchange.cancels.add(leave);
  const live = await Promise.race([begun, gone]);
  exchange.cancels.delete(leave);
  return live;
}

function note(exchange: Exchange, { options }: CacheTurn, status: CacheStatus): void {
  exchange.cache = { status, namespace: options.rule.namespace, ageMs: null, from: '', savedNanos: null };
}
