// After the answer: those who waited for it have it whole, or are told that it broke; and it is kept, where it may be given
// again. The client has what it asked for before anything of this is worked out.
import type { Exchange } from '../exchange.ts';
import type { CacheRooms } from './answer-from-cache.ts';

/** Before the record is settled: whether all who wait have the whole answer. */
export function endSharing(exchange: Exchange): void {
  const turn = exchange.caching;
  if (turn?.near && exchange.cache && exchange.outcome === 'success') {
    const match = turn.near.judge(turn.reading(), exchange);
    if (match) exchange.cache = { ...exchange.cache, near: match };
  }
  if (!turn?.flight) return;
  const gone = exchange.gone && exchange.outcome === 'success';
  // Its client left, and it was carried to its end for the others.
  if (gone) Object.assign(exchange, { outcome: 'aborted', errorCode: 'SIGHTLINE_CLIENT_GONE' });
  const whole = exchange.outcome === 'success' || (exchange.gone && turn.reading() !== null);
  turn.flight.end(whole && !exchange.attempts.some(({ kind }) => kind === 'continuation'));
}

/** After the client has all of it. Never throws. */
export function keepAnswer(exchange: Exchange, { cache, clock }: Pick<CacheRooms, 'cache' | 'clock'>): void {
  const { caching: turn, outcome } = exchange;
  if (exchange.cache) cache.metrics.note(exchange.cache);
  if (!turn) return;
  const { name, keys } = turn.options;
  try {
    const whole = outcome === 'success' || outcome === 'aborted';
    const answer = whole && exchange.cache?.status !== 'stale' ? turn.toKeep(clock()) : null;
    if (!answer) return;
    cache.answers.keep(name, answer, keys);
    void turn.near?.remember(name);
  } catch {
    // Nothing is kept, then.
  } finally {
    if (turn.flight && cache.flights.get(name) === turn.flight) cache.flights.delete(name);
  }
}
