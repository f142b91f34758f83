// Hands on an answer that comes in another format than the client's. Refusals and broken answers are spoken in the client's
// format too; a stream that ends without its end is finished with an error event: it must never look like success.
import type { PriceBook } from '../../../catalog/prices.ts';
import { answerHeaders } from '../../answer-headers.ts';
import { neutralError } from '../../dialects/neutral/read-error.ts';
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import type { Outlet } from '../../outlet.ts';
import { ownerOf } from '../../owner.ts';
import { sayInStream, sayProviderError } from '../../say-error.ts';
import { TranslatedPump } from '../../translated-pump.ts';
import { AnswerTranslation } from '../../translation/answer-translation.ts';
import type { Conversion } from '../../translation/conversion.ts';
import type { Keepsakes } from '../../translation/keepsakes.ts';
import type { Unanswered } from '../../unanswered.ts';
import { describeFailure } from '../../upstream/failure.ts';
import { headerValue } from '../../upstream/headers.ts';
import type { Answered } from '../attempt.ts';
import { collectBody } from './collect-body.ts';
import { conversionFor } from './conversion-for.ts';

export interface RelayOptions {
  outlet: Outlet;
  /** Somebody else may still be asked: what has not been committed is given back instead of being said. */
  mayMoveOn: boolean;
  idleTimeoutMs: number;
  prices: PriceBook;
  keepsakes: Keepsakes;
}

/** Null: the client has its answer, or is gone. Never rejects. */
export async function relayTranslated(
  exchange: Exchange,
  answered: Answered,
  provided: string[],
  options: RelayOptions,
): Promise<Unanswered | null> {
  const { head } = answered;
  if (head.status >= 300) return refused(exchange, answered, provided, options);
  const { outlet, idleTimeoutMs } = options;
  const conversion = conversionFor(exchange, answered, headerValue(provided, 'content-type'), options.prices);
  if (conversion.streams) outlet.head(200, () => answerHeaders(exchange, provided, { stream: true }), false);
  const pump = new TranslatedPump({
    ...{ exchange, answered, conversion, outlet, idleTimeoutMs },
    encoding: headerValue(provided, 'content-encoding'),
  });
  answered.call.attach(pump);
  const broken = await pump.ended;
  if (exchange.gone) return aborted(exchange);
  const text = broken ? '' : conversion.end();
  if (conversion.error || broken || !conversion.complete) {
    const failure = broken
      ? describeFailure(broken.error, answered.prepared.target.provider.name, '')
      : incomplete(conversion);
    return failed(exchange, { conversion, failure, provided }, options);
  }
  keepTurn(exchange, conversion, options.keepsakes);
  if (conversion.streams) {
    outlet.end(Buffer.from(text));
  } else {
    const body = Buffer.from(JSON.stringify(conversion.whole()));
    outlet.head(200, () => answerHeaders(exchange, provided, { stream: false, length: body.length }), false);
    outlet.end(body);
  }
  return null;
}

async function refused(
  exchange: Exchange,
  answered: Answered,
  provided: string[],
  { outlet, mayMoveOn }: RelayOptions,
): Promise<Unanswered | null> {
  const { status } = answered.head;
  const body = await collectBody(exchange, answered, headerValue(provided, 'content-encoding'));
  if (exchange.gone) return aborted(exchange);
  // A redirect is nothing that a client of another format could follow.
  const error = neutralError(parse(body), status >= 400 ? status : 502);
  if (mayMoveOn) return { status, error, failure: null, headers: provided, body };
  exchange.outcome = 'failed';
  outlet.commit();
  sayProviderError(exchange, {
    error: { ...error, message: error.message || plain(body, status) },
    status,
    provided,
    outlet,
  });
  return null;
}

interface Failed {
  conversion: Conversion;
  failure: ProxyError;
  provided: string[];
}

/** A 200 whose body is an error, or less than an answer. */
function failed(
  exchange: Exchange,
  { conversion, failure, provided }: Failed,
  options: RelayOptions,
): Unanswered | null {
  const { outlet, mayMoveOn } = options;
  const { error } = conversion;
  const unseen = conversion.streams ? !outlet.committed : true;
  // Of a body that was to come whole nothing has been seen; where it is broken, the step above says so.
  if (unseen && (mayMoveOn || !(error || conversion.streams))) {
    return { status: 200, error, failure: error ? null : failure, headers: provided, body: null };
  }
  exchange.outcome = error ? 'failed' : 'truncated';
  if (!error) {
    exchange.errorCode = failure.code === 'SIGHTLINE_STREAM_IDLE' ? failure.code : 'SIGHTLINE_STREAM_TRUNCATED';
    exchange.errorMessage = failure.message;
  }
  outlet.commit();
  if (conversion.streams) sayInStream(exchange, error, outlet);
  else if (error) sayProviderError(exchange, { error, status: null, provided, outlet });
  return null;
}

function incomplete(conversion: Conversion): ProxyError {
  return new ProxyError(
    conversion.streams ? 'SIGHTLINE_STREAM_TRUNCATED' : 'SIGHTLINE_UPSTREAM_INVALID',
    conversion.streams
      ? 'The provider ended the stream before the answer was complete.'
      : 'What the provider sent is no whole answer in its own format.',
  );
}

function keepTurn(exchange: Exchange, conversion: Conversion, keepsakes: Keepsakes): void {
  if (!(conversion instanceof AnswerTranslation)) return;
  const turn = conversion.turn.turn();
  if (turn) keepsakes.keep(ownerOf(exchange), turn);
}

function aborted(exchange: Exchange): null {
  exchange.outcome = 'aborted';
  exchange.errorCode = 'SIGHTLINE_CLIENT_GONE';
  return null;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** A refusal that is no JSON is quoted, within reason. */
function plain(body: Buffer, status: number): string {
  const text = body.toString().replace(/\s+/g, ' ').trim().slice(0, 500);
  return text === '' ? `The provider answered with status ${status} and nothing else.` : text;
}
