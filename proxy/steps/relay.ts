// Hands the answer to the client as it comes, at the client's pace, and shows every byte to the record.
import { providerRequestId } from '../answer-headers.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import { isKeptHeader } from '../redaction/header-masking.ts';
import type { Unanswered } from '../unanswered.ts';
import { incomingHeaders, pairs } from '../upstream/headers.ts';
import type { Answered } from './attempt.ts';
import { relayAsItCame } from './relay/as-it-came.ts';
import { type RelayOptions, relayTranslated } from './relay/translated.ts';

/**
 * Null when all but the very end has been handed over; the end leaves once the record is settled. Else what is known of an
 * attempt of which the client has seen nothing, so that somebody else can be asked. Never rejects.
 */
export async function relay(exchange: Exchange, answered: Answered, options: RelayOptions): Promise<Unanswered | null> {
  const { head, call, attempt, prepared } = answered;
  const { provider, model, wire } = prepared.target;
  const provided = incomingHeaders(head.rawHeaders, false);
  attempt.providerRequestId = providerRequestId(provided);
  const served = { dialect: wire, provider: provider.name, priceProvider: provider.priceProvider, model };
  exchange.tap?.responseHead(head.status, pairs(provided, isKeptHeader), served);
  const resume = (): void => call.resume();
  exchange.response.on('drain', resume);
  const relayed = prepared.translates ? relayTranslated : relayAsItCame;
  const unanswered = await relayed(exchange, answered, provided, options);
  exchange.response.off('drain', resume);
  attempt.totalMs = elapsedMs(exchange) - attempt.startedAtMs;
  attempt.outcome = unanswered ? (unanswered.failure ? 'truncated' : 'failed') : exchange.outcome;
  attempt.errorCode = unanswered ? (unanswered.failure?.code ?? '') : exchange.errorCode;
  answered.span.end(attempt);
  return unanswered;
}
