// What an attempt that is over teaches: its target's health, its credential's, and what may be tried next.
import type { Attempt } from '../../../contract/attempt.ts';
import type { Relayed } from '../../ending.ts';
import type { Exchange } from '../../exchange.ts';
import type { Call } from '../../health/call.ts';
import { type Classification, classify } from '../../health/classify.ts';
import { readRateLimit } from '../../health/headroom.ts';
import type { Outlet } from '../../outlet.ts';
import type { Unanswered } from '../../unanswered.ts';
import { incomingHeaders, pairs } from '../../upstream/headers.ts';
import type { Answered } from '../attempt.ts';
import type { AnswerRooms } from './answer-rooms.ts';

/** An attempt of which the client has seen nothing. */
export interface Failed {
  target: Exchange['plan'][number];
  /** Place in the plan. */
  place: number;
  /** It went with one of several configured keys, so that another may do better. */
  rotates: boolean;
  /** Null where nothing could be sent at all. */
  attempt: Attempt | null;
  unanswered: Unanswered;
  classification: Classification;
  retryAfterMs: number | null;
  /** Its answer was complete, and is kept back; null where there is none. */
  withheld: Outlet | null;
}

export interface Ended {
  target: Exchange['plan'][number];
  place: number;
  /** Name of the configured key that went; null where the client's own did, or none. */
  key: string | null;
  call: Call;
  attempt: Attempt | null;
  answered: Answered | null;
  relayed: Relayed;
  outlet: Outlet | null;
  firstTokenMs: number | null;
}

/** Null: the client has its answer, or is gone. */
export function afterAttempt(exchange: Exchange, ended: Ended, rooms: AnswerRooms): Failed | null {
  const { answered, relayed, outlet, firstTokenMs, target, place, attempt } = ended;
  const withheld = 'ending' in relayed && outlet?.withdrawn ? outlet : null;
  const read = withheld ? notWanted : classified(relayed, answered?.head.status ?? null);
  // A batch is not asked twice.
  const classification = target.batch && read && read.action !== 'give up' ? notWanted : read;
  const rateLimit = answered && rateLimitOf(answered, rooms.clock());
  const retryAfterMs =
    rateLimit?.retryAfterMs ?? ('unanswered' in relayed ? (relayed.unanswered.error?.retryAfterMs ?? null) : null);
  rooms.watch.ended(ended.call, {
    verdict: withheld ? 'success' : (classification?.verdict ?? 'success'),
    totalMs: rooms.clock() - ended.call.beganAt,
    firstTokenMs: exchange.stream ? firstTokenMs : null,
    longestGapMs: exchange.stream ? (answered?.pace.longestGapMs ?? null) : null,
    ...{ outputTokens: null, rateLimit },
  });
  noteCredential(ended, { classification, retryAfterMs }, rooms);
  if (!classification || ('ending' in relayed && !withheld)) return null;
  const unanswered = 'unanswered' in relayed ? relayed.unanswered : whole(answered);
  const rotates = ended.key !== null && target.provider.apiKeys.length > 1;
  return { target, place, rotates, attempt, unanswered, classification, retryAfterMs, withheld };
}

/** Another attempt was quicker, this answer was not good enough, or a batch came to nothing: none of the target's faults. */
const notWanted: Classification = Object.freeze({ action: 'next target', verdict: 'neutral', credential: 'kept' });
const whole = (answered: Answered | null): Unanswered => ({
  ...{ status: answered?.head.status ?? null, error: null, failure: null, headers: [], body: null },
});

/** A key that was told to slow down without being told for how long. */
const defaultRestMs = 5000;

function noteCredential(
  { target: { provider }, key }: Ended,
  { classification, retryAfterMs }: { classification: Classification | null; retryAfterMs: number | null },
  { watch }: AnswerRooms,
): void {
  if (key === null) return;
  if (!classification) watch.keyAccepted(provider, key);
  if (classification?.credential === 'refused') watch.keyRefused(provider, key);
  if (classification?.credential === 'limited') watch.keyLimited(provider, key, retryAfterMs ?? defaultRestMs);
}

/** The client was answered; what it was told still says something of the target. */
function classified(relayed: Relayed, status: number | null): Classification | null {
  if ('unanswered' in relayed) {
    const { failure, error } = relayed.unanswered;
    return classify({
      network: failure?.code ?? null,
      status: relayed.unanswered.status,
      errorClass: error?.class ?? null,
    });
  }
  const { outcome, errorCode } = relayed.ending;
  if (outcome === 'aborted') return classify({ network: 'SIGHTLINE_CLIENT_GONE', status, errorClass: null });
  if (outcome === 'truncated')
    return classify({ network: `SIGHTLINE_UPSTREAM_${errorCode}`, status, errorClass: null });
  if (outcome === 'failed')
    return classify({ network: null, status: (status ?? 0) >= 400 ? status : 500, errorClass: null });
  return null;
}

function rateLimitOf({ head }: Answered, now: number) {
  const headers = pairs(incomingHeaders(head.rawHeaders, false), isAboutLimits);
  return readRateLimit({ headers, status: head.status }, now);
}

const isAboutLimits = (name: string): boolean => /ratelimit|^retry-after|^x-trial-/.test(name);
