// Closes the record: from here on the exchange is the recording worker's to price, redact and write down.
import { type Exchange, elapsedMs } from '../exchange.ts';

/** Resolves at once, or under strict durability when the record is on disk. Never rejects. */
export async function settle(exchange: Exchange): Promise<void> {
  exchange.span.end(exchange);
  const { tap } = exchange;
  if (!tap) return;
  exchange.tap = null;
  await tap.close({
    totalMs: elapsedMs(exchange),
    firstByteMs: exchange.firstByteMs,
    overheadMicros: exchange.overheadMicros,
    outcome: exchange.outcome,
    httpStatus: exchange.httpStatus,
    errorCode: exchange.errorCode,
    errorMessage: exchange.errorMessage,
    attempts: exchange.attempts,
    decision: exchange.decision,
    notes: exchange.notes,
  });
}
