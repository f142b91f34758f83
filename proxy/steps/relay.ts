// Hands the answer to the client byte for byte as it comes, at the client's pace, and shows every byte to the record.
// A stream that ends without its dialect's end is finished with an error event: it must never look like success.
import { type Exchange, elapsedMs } from '../exchange.ts';
import { ownHeaders } from '../own-headers.ts';
import { Pump } from '../pump.ts';
import { isKeptHeader } from '../redaction/header-masking.ts';
import { headerValue, incomingHeaders, pairs } from '../upstream/headers.ts';
import type { Answered } from './attempt.ts';

/** Resolves when all but the very end has been handed over; the end leaves once the record is settled. Never rejects. */
export async function relay(exchange: Exchange, answered: Answered, idleTimeoutMs: number): Promise<void> {
  const { head, call, attempt } = answered;
  const raw = head.rawHeaders;
  const provided = incomingHeaders(raw, false);
  const streams = headerValue(provided, 'content-type').startsWith('text/event-stream');
  const hides = exchange.hidesUsage && streams;
  attempt.providerRequestId = headerValue(provided, 'x-request-id') || headerValue(provided, 'request-id');
  exchange.tap?.responseHead(head.status, pairs(provided, isKeptHeader));
  // A stream may get an error event of ours at its end, so a length declared for it would no longer hold.
  const headers = streams ? incomingHeaders(raw, true) : provided;
  exchange.response.writeHead(head.status, headers.concat(ownHeaders(exchange)));
  if (streams) exchange.response.flushHeaders();
  exchange.httpStatus = head.status;
  if (head.status >= 400) exchange.outcome = 'failed';

  await new Promise<void>((done) => {
    const length = streams ? Number.NaN : Number(headerValue(provided, 'content-length') || Number.NaN);
    const encoding = headerValue(provided, 'content-encoding');
    const pump = new Pump(exchange, answered, { streams, hides, length, encoding }, done);
    pump.watchIdle(idleTimeoutMs);
    exchange.response.on('drain', () => call.resume());
    call.attach(pump);
  });
  attempt.totalMs = elapsedMs(exchange) - attempt.startedAtMs;
  attempt.outcome = exchange.outcome;
  attempt.errorCode = exchange.errorCode;
  answered.span.end(attempt);
}
