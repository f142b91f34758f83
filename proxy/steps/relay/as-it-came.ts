// Hands on an answer in the client's own format, byte for byte.
import { neutralError } from '../../dialects/neutral/read-error.ts';
import type { Exchange } from '../../exchange.ts';
import { createContentGate } from '../../observe/content-gate.ts';
import { ownHeaders } from '../../own-headers.ts';
import { ownerOf } from '../../owner.ts';
import { Pump } from '../../pump.ts';
import { createTurnListener } from '../../translation/turn-listener.ts';
import type { Unanswered } from '../../unanswered.ts';
import { headerValue, incomingHeaders } from '../../upstream/headers.ts';
import type { Answered } from '../attempt.ts';
import { collectBody } from './collect-body.ts';
import type { RelayOptions } from './translated.ts';

/** Null: the client has its answer, or is gone. Never rejects. */
export async function relayAsItCame(
  exchange: Exchange,
  answered: Answered,
  provided: string[],
  { outlet, idleTimeoutMs, mayMoveOn, keepsakes }: RelayOptions,
): Promise<Unanswered | null> {
  const { head, call, prepared } = answered;
  if (mayMoveOn && head.status >= 400) return refusal(exchange, answered, provided);
  if (head.status >= 400) exchange.outcome = 'failed';
  const contentType = headerValue(provided, 'content-type');
  const streams = contentType.startsWith('text/event-stream');
  // A stream may get an error event of ours at its end, so a length declared for it would no longer hold.
  const headers = streams ? incomingHeaders(head.rawHeaders, true) : provided;
  outlet.head(head.status, () => headers.concat(ownHeaders(exchange)), streams);
  const encoding = headerValue(provided, 'content-encoding');
  const gate = streams && !outlet.committed ? createContentGate(exchange.route.dialect, contentType, encoding) : null;
  if (!gate) outlet.commit();

  const { reasoningBack } = prepared.target.provider.quirks;
  const wantsBack = reasoningBack !== undefined && head.status < 300 && exchange.scan?.fields.has('tools');
  const listener = wantsBack ? createTurnListener(exchange.route.dialect, contentType, encoding) : null;
  const unanswered = await new Promise<Unanswered | null>((done) => {
    const length = streams ? Number.NaN : Number(headerValue(provided, 'content-length') || Number.NaN);
    const hides = prepared.hidesUsage && streams;
    const pump = new Pump(exchange, answered, { streams, hides, length, encoding, outlet, gate, listener, done });
    pump.watchIdle(idleTimeoutMs);
    call.attach(pump);
  });
  const turn = listener?.end();
  if (turn) keepsakes.keep(ownerOf(exchange), turn);
  return unanswered;
}

async function refusal(exchange: Exchange, answered: Answered, provided: string[]): Promise<Unanswered> {
  const { status } = answered.head;
  const body = await collectBody(exchange, answered, headerValue(provided, 'content-encoding'));
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    json = undefined;
  }
  return { status, error: neutralError(json, status), failure: null, headers: provided, body };
}
