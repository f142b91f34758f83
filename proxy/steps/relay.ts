// Hands the answer to the client as it comes, at the client's pace, and shows every byte to the record.
import { providerRequestId } from '../answer-headers.ts';
import type { Relayed } from '../ending.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import { isKeptHeader } from '../redaction/header-masking.ts';
import { tierAt } from '../target.ts';
import { incomingHeaders, pairs } from '../upstream/headers.ts';
import type { Answered } from './attempt.ts';
import { relayAsItCame } from './relay/as-it-came.ts';
import { type RelayOptions, relayTranslated } from './relay/translated.ts';

/**
 * Resolves when all but the very end has been handed over; the end leaves once the record is settled. Or with what is known
 * of an attempt of which the client has seen nothing, so that somebody else can be asked. Never rejects.
 */
export async function relay(exchange: Exchange, answered: Answered, options: RelayOptions): Promise<Relayed> {
  const { head, call, attempt, prepared, tap } = answered;
  const { provider, model, wire } = prepared.target;
  const provided = incomingHeaders(head.rawHeaders, false);
  attempt.providerRequestId = providerRequestId(provided);
  const served = {
    ...{ dialect: wire, provider: provider.name, priceProvider: provider.priceProvider, model },
    serviceTier: tierAt(prepared.target, exchange.serviceTier),
  };
  tap?.responseHead(head.status, pairs(provided, isKeptHeader), served);
  const resume = (): void => call.resume();
  exchange.response.on('drain', resume);
  const relayed = await (prepared.translates ? relayTranslated : relayAsItCame)(exchange, answered, provided, options);
  exchange.response.off('drain', resume);
  attempt.totalMs = elapsedMs(exchange) - attempt.startedAtMs;
  const { outcome, errorCode } = 'ending' in relayed ? relayed.ending : endOf(relayed.unanswered.failure?.code ?? '');
  attempt.outcome = outcome;
  attempt.errorCode = errorCode;
  answered.span.end(attempt);
  return relayed;
}

/** Of an attempt that left the client nothing to see. */
function endOf(errorCode: Answered['attempt']['errorCode']): Pick<Answered['attempt'], 'outcome' | 'errorCode'> {
  if (errorCode === 'SIGHTLINE_CLIENT_GONE') return { outcome: 'aborted', errorCode };
  return { outcome: errorCode === '' ? 'failed' : 'truncated', errorCode };
}
