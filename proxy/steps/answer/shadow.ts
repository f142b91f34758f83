// Sends a copy of the request to a candidate that nobody sees. The copy never touches the client, its failure is nobody's
// trouble, and what it cost stands in its own attempt, apart from the exchange.
import { type Attempt, plainAttempt } from '../../../contract/attempt.ts';
import type { PlannedTarget } from '../../../routing/target.ts';
import { ProxyError } from '../../errors.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { isKeptHeader } from '../../redaction/header-masking.ts';
import type { Shadow } from '../../shadow.ts';
import type { Target } from '../../target.ts';
import { UpstreamCall } from '../../upstream/call.ts';
import { describeFailure } from '../../upstream/failure.ts';
import { toTarget } from '../../upstream/find-target.ts';
import { incomingHeaders, pairs } from '../../upstream/headers.ts';
import { departureOf } from '../departure.ts';
import { prepare } from '../prepare.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { Heard, mostHeardBytes } from './heard.ts';

/** Never throws and never waits; the copy leaves after the exchange's own first attempt. */
export function sendShadow(exchange: Exchange, planned: PlannedTarget, rooms: AnswerRooms): Shadow | null {
  const target = toTarget(rooms.directory, exchange.route, planned);
  if (!target) return null;
  const call = new UpstreamCall();
  const letGo = (reason: string): void => call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', reason));
  const shadow = { attempt: null as Attempt | null, ended: Promise.resolve(), letGo };
  exchange.cancels.add(() => letGo('The client went away.'));
  const copying = new Promise((resolve) => setImmediate(resolve)).then(() => {
    if (!exchange.gone) return copy(exchange, { target, call, begun: (record) => (shadow.attempt = record) }, rooms);
  });
  shadow.ended = copying.then(
    () => {},
    () => {},
  );
  return shadow;
}

interface Copying {
  target: Target;
  call: UpstreamCall;
  begun(record: Attempt): void;
}

async function copy(exchange: Exchange, { target, call, begun }: Copying, rooms: AnswerRooms): Promise<void> {
  const { directory, watch, tokens, prices } = rooms;
  const address = directory.address(target.provider);
  const { errorField } = exchange;
  const prepared = prepare(exchange, target, rooms);
  exchange.errorField = errorField;
  const key = watch.pickKey(target.provider);
  const departure = await departureOf(exchange, prepared, { address, key, tokens, plain: true });
  const record = beginning(exchange, target);
  begun(record);
  const heard = new Heard(target, null);
  try {
    rooms.connections.dispatch({ origin: address.origin, ...departure }, call);
    const head = await call.head;
    record.status = head.status;
    record.firstByteMs = elapsedMs(exchange) - record.startedAtMs;
    heard.responseHead(head.status, pairs(incomingHeaders(head.rawHeaders, false), isKeptHeader));
    await heardToTheEnd(call, heard);
    record.outcome = head.status >= 400 ? 'failed' : 'success';
    heard.meter(record, exchange, { prices, whole: true });
  } catch (error) {
    const failure = describeFailure(error, target.provider.name, address.host);
    record.outcome = exchange.gone ? 'aborted' : record.status === null ? 'unreachable' : 'truncated';
    record.errorCode = failure.code;
    record.why = failure.message;
  } finally {
    record.totalMs = elapsedMs(exchange) - record.startedAtMs;
  }
}

function beginning(exchange: Exchange, { provider, model }: Target): Attempt {
  return {
    ...plainAttempt,
    ...{ number: 1, kind: 'shadow', provider: provider.name, model, region: provider.region },
    ...{ startedAtMs: elapsedMs(exchange), connectMs: null, firstByteMs: null, totalMs: 0 },
    ...{ status: null, outcome: 'partial', errorCode: '', providerRequestId: '' },
  };
}

function heardToTheEnd(call: UpstreamCall, heard: Heard): Promise<void> {
  return new Promise((resolve, reject) => {
    call.attach({
      data(chunk) {
        heard.responseBytes(chunk, 0);
        if (heard.tooLong) {
          const message = `The copy's answer is longer than ${mostHeardBytes} bytes.`;
          call.abort(new ProxyError('SIGHTLINE_UPSTREAM_INVALID', message));
        }
        return true;
      },
      end: resolve,
      error: reject,
    });
  });
}
