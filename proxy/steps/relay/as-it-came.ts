// Hands on an answer in the client's own format, byte for byte.
import type { Operation } from '../../../contract/words.ts';
import { neutralError } from '../../dialects/neutral/read-error.ts';
import { asObject } from '../../dialects/reading/json-reading.ts';
import { clientLeft, noAnswer, type Relayed } from '../../ending.ts';
import type { Exchange } from '../../exchange.ts';
import { createContentGate } from '../../observe/content-gate.ts';
import { besideOurs, ownHeaders } from '../../own-headers.ts';
import { ownerOf } from '../../owner.ts';
import { Pump } from '../../pump.ts';
import { createTurnListener } from '../../translation/turn-listener.ts';
import type { Unanswered } from '../../unanswered.ts';
import { headerValue, incomingHeaders } from '../../upstream/headers.ts';
import type { Answered } from '../attempt.ts';
import { collectBody } from './collect-body.ts';
import { continuableFor } from './continuable-for.ts';
import type { RelayOptions } from './translated.ts';

const answersInWords = new Set<Operation>(['chat', 'generate_content', 'text_completion']);

/** Never rejects. */
export async function relayAsItCame(
  exchange: Exchange,
  answered: Answered,
  provided: string[],
  { outlet, idleTimeoutMs, keepsakes, continuation }: RelayOptions,
): Promise<Relayed> {
  const { head, call, prepared } = answered;
  if (outlet.held && head.status >= 300) return refusal(exchange, answered, provided);
  const { dialect } = exchange.route;
  const contentType = headerValue(provided, 'content-type');
  const streams = contentType.startsWith('text/event-stream');
  // A stream may get an error event of ours at its end, so a length declared for it would no longer hold.
  const headers = streams ? incomingHeaders(head.rawHeaders, true) : provided;
  const own = (): string[] => besideOurs(exchange, headers).concat(ownHeaders(exchange));
  outlet.head({ status: head.status, headers: own, flush: streams, whole: !streams });
  const encoding = headerValue(provided, 'content-encoding');
  const gate = streams && outlet.held ? createContentGate(dialect, contentType, encoding) : null;
  if (streams && !gate) outlet.commit();

  const { reasoningBack } = prepared.target.provider.quirks;
  const wantsBack = reasoningBack !== undefined && head.status < 300 && exchange.scan?.fields.has('tools');
  const continuable = continuation && gate ? continuableFor(exchange, prepared.target.model, encoding) : null;
  const listener = wantsBack ? createTurnListener(dialect, contentType, encoding) : null;
  const relayed = await new Promise<Relayed>((done) => {
    const length = streams ? Number.NaN : Number(headerValue(provided, 'content-length') || Number.NaN);
    const hides = prepared.hidesUsage && streams;
    const judged = answersInWords.has(exchange.route.operation) && (encoding === '' || encoding === 'identity');
    const complaintIn = (body: Buffer) => (judged ? complaint(body) : null);
    const pump = new Pump(exchange, answered, {
      ...{ streams, hides, length, encoding, outlet, gate, listener, complaintIn, done },
      continuable,
      brokeOff(ending, say) {
        if (!continuable || !continuation) return false;
        continuable.settle();
        const { writer, error } = continuable;
        return continuation.broke({ writer, error, ending, say });
      },
    });
    pump.watchIdle(idleTimeoutMs);
    call.attach(pump);
  });
  const turn = listener?.end();
  if (turn) keepsakes.keep(ownerOf(exchange), turn);
  return relayed;
}

/** A redirect is kept as it came, too: should nobody else answer, it is the client's to follow. */
async function refusal(exchange: Exchange, answered: Answered, provided: string[]): Promise<Relayed> {
  const { status } = answered.head;
  const body = await collectBody(exchange, answered, headerValue(provided, 'content-encoding'));
  if (exchange.gone) return { ending: clientLeft };
  const error = status >= 400 ? neutralError(parsed(body), status) : null;
  return { unanswered: { status, error, failure: null, headers: provided, body } };
}

/** Some hosts refuse with status 200 and an error inside; some put a page of theirs where an answer should be. */
function complaint(body: Buffer): Pick<Unanswered, 'error' | 'failure'> | null {
  const json = parsed(body);
  if (json === undefined) return { error: null, failure: noAnswer() };
  const said = asObject(json)?.error;
  return asObject(said) || typeof said === 'string' ? { error: neutralError(json, null), failure: null } : null;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
