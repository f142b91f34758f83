// Hands on an answer that comes in another format than the client's. Refusals and broken answers are spoken in the client's
// format too; a stream that ends without its end is finished with an error event: it must never look like success.
import type { PriceBook } from '../../../catalog/prices.ts';
import { answerHeaders } from '../../answer-headers.ts';
import { ContinuableWriter } from '../../continuation/continuable-writer.ts';
import type { Continuation } from '../../continuation/continuation.ts';
import { neutralError } from '../../dialects/neutral/read-error.ts';
import { clientLeft, cutShort, endedInError, endedWell, noAnswer, type Relayed, withoutItsEnd } from '../../ending.ts';
import type { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import type { Outlet } from '../../outlet.ts';
import { ownerOf } from '../../owner.ts';
import { sayInStream, sayProviderError } from '../../say-error.ts';
import { TranslatedPump } from '../../translated-pump.ts';
import { AnswerTranslation } from '../../translation/answer-translation.ts';
import type { Conversion } from '../../translation/conversion.ts';
import type { Keepsakes } from '../../translation/keepsakes.ts';
import { describeFailure } from '../../upstream/failure.ts';
import { headerValue } from '../../upstream/headers.ts';
import type { Answered } from '../attempt.ts';
import { collectBody } from './collect-body.ts';
import { conversionFor } from './conversion-for.ts';

export interface RelayOptions {
  outlet: Outlet;
  idleTimeoutMs: number;
  prices: PriceBook;
  keepsakes: Keepsakes;
  /** Somebody else may go on with this answer, should it break off; null: nobody. */
  continuation?: Continuation | null;
  /** The writer of the answer that this one goes on with; left out: it begins. */
  goesOn?: ContinuableWriter;
}

/** Never rejects. */
export async function relayTranslated(
  exchange: Exchange,
  answered: Answered,
  provided: string[],
  options: RelayOptions,
): Promise<Relayed> {
  if (answered.head.status >= 300) return refused(exchange, answered, { provided, outlet: options.outlet });
  const { outlet, idleTimeoutMs } = options;
  const contentType = headerValue(provided, 'content-type');
  const conversion = conversionFor(exchange, answered, { ...options, contentType });
  if (conversion.streams) {
    const headers = (): string[] => answerHeaders(exchange, provided, { stream: true });
    outlet.head({ status: 200, headers, flush: false, whole: false });
  }
  const pump = new TranslatedPump({
    ...{ exchange, answered, conversion, outlet, idleTimeoutMs },
    encoding: headerValue(provided, 'content-encoding'),
  });
  answered.call.attach(pump);
  const broken = await pump.ended;
  if (exchange.gone) return { ending: clientLeft };
  const text = broken ? '' : conversion.end();
  if (conversion.error || broken || !conversion.complete) {
    const { provider } = answered.prepared.target;
    const failure = broken
      ? describeFailure(broken.error, provider.name, new URL(provider.baseUrl).host)
      : incomplete(conversion);
    return failed(exchange, { conversion, failure, provided, text }, options);
  }
  keepTurn(exchange, conversion, options.keepsakes);
  if (conversion.streams) {
    outlet.end(Buffer.from(text));
  } else {
    const body = Buffer.from(JSON.stringify(conversion.whole()));
    const headers = (): string[] => answerHeaders(exchange, provided, { stream: false, length: body.length });
    outlet.head({ status: 200, headers, flush: false, whole: true });
    outlet.end(body);
  }
  return { ending: endedWell };
}

async function refused(
  exchange: Exchange,
  answered: Answered,
  { provided, outlet }: { provided: string[]; outlet: Outlet },
): Promise<Relayed> {
  const { status } = answered.head;
  const body = await collectBody(exchange, answered, headerValue(provided, 'content-encoding'));
  if (exchange.gone) return { ending: clientLeft };
  // A redirect is nothing that a client of another format could follow.
  const read = neutralError(parse(body), status >= 400 ? status : 502);
  const error = { ...read, message: read.message || plain(body, status) };
  if (outlet.held) return { unanswered: { status, error, failure: null, headers: provided, body } };
  sayProviderError(exchange, { error, status, provided, outlet });
  return { ending: endedInError };
}

interface Failed {
  conversion: Conversion;
  failure: ProxyError;
  provided: string[];
  /** What was still held at the end. */
  text: string;
}

/** A 200 whose body is an error, or less than an answer. */
function failed(
  exchange: Exchange,
  { conversion, failure, provided, text }: Failed,
  { outlet, continuation }: RelayOptions,
): Relayed {
  const { error, streams } = conversion;
  // Of a body that was to come whole nothing has been seen; where it is broken, the step above says so.
  const unseen = streams ? !outlet.committed : outlet.held || !error;
  if (unseen) {
    return { unanswered: { status: 200, error, failure: error ? null : failure, headers: provided, body: null } };
  }
  const ending = error ? endedInError : cutShort(failure);
  const say = (): void => sayInStream(exchange, error ?? ending, outlet);
  const writer = conversion instanceof AnswerTranslation ? conversion.writer : null;
  if (streams && writer instanceof ContinuableWriter && continuation?.broke({ writer, error, ending, say })) {
    if (text !== '') outlet.write(text);
    return { ending };
  }
  if (streams) say();
  else if (error) sayProviderError(exchange, { error, status: null, provided, outlet });
  return { ending };
}

function incomplete(conversion: Conversion): ProxyError {
  return conversion.streams ? withoutItsEnd() : noAnswer();
}

function keepTurn(exchange: Exchange, conversion: Conversion, keepsakes: Keepsakes): void {
  if (!(conversion instanceof AnswerTranslation)) return;
  const turn = conversion.turn.turn();
  if (turn) keepsakes.keep(ownerOf(exchange), turn);
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
