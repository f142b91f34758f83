// Closes the record: from here on the exchange is the recording worker's to price, redact and write down.
import type { Attempt } from '../../contract/attempt.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import type { Shadow } from '../shadow.ts';
import type { ExchangeTap } from '../tap/recorder.ts';

/** A record waits no longer than this for a copy that is still under way when the exchange is over. */
const copyPatienceMs = 30_000;

/**
 * Resolves at once, or under strict durability when the record is on disk. Never rejects. A copy under way keeps the record
 * open, never the client: where the client waits for its record, the copy stands in it as far as it has come.
 */
export async function settle(exchange: Exchange, { strict }: { strict: boolean }): Promise<void> {
  exchange.span.end(exchange);
  for (const release of exchange.releases) release();
  const { tap, shadow } = exchange;
  if (!tap) return;
  exchange.tap = null;
  const end = endOf(exchange);
  if (!shadow) await tap.close(end);
  else if (strict) await tap.close(withCopy(end, shadow));
  else void closeAfter(shadow, tap, end);
}

type End = Parameters<ExchangeTap['close']>[0];

async function closeAfter(shadow: Shadow, tap: ExchangeTap, end: End): Promise<void> {
  const message = `The copy was still under way ${copyPatienceMs / 1000} s after the exchange.`;
  const timer = setTimeout(() => shadow.letGo(message), copyPatienceMs);
  await shadow.ended;
  clearTimeout(timer);
  await tap.close(withCopy(end, shadow));
}

function withCopy(end: End, { attempt }: Shadow): End {
  if (!attempt) return end;
  const number = end.attempts.length + 1;
  const why = attempt.outcome === 'partial' ? 'still under way when the record was closed' : attempt.why;
  const copy: Attempt = { ...attempt, number, why };
  return { ...end, attempts: [...end.attempts, copy] };
}

function endOf(exchange: Exchange): End {
  const { firstByteMs, overheadMicros, outcome, httpStatus, errorCode, errorMessage } = exchange;
  const { attempts, answeredBy, decision, notes, estimate, cache, policies } = exchange;
  return {
    ...{ totalMs: elapsedMs(exchange), firstByteMs, overheadMicros, outcome, httpStatus, errorCode, errorMessage },
    ...{ attempts, answeredBy, decision, notes, estimate, cache, policies },
  };
}
