// Sends a copy of the request to a candidate that nobody sees. The copy never touches the client, its failure is nobody's
// trouble, and what it cost stands in its own attempt, apart from the exchange.
import { type Attempt, plainAttempt } from '../../../contract/attempt.ts';
import type { PlannedTarget } from '../../../routing/target.ts';
import { dialects } from '../../dialects/index.ts';
import { assembledReader } from '../../dialects/neutral/assembled-reader.ts';
import { ProxyError } from '../../errors.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { eventSplitterFor } from '../../observe/event-splitter.ts';
import type { Target } from '../../target.ts';
import { UpstreamCall } from '../../upstream/call.ts';
import { describeFailure } from '../../upstream/failure.ts';
import { toTarget } from '../../upstream/find-target.ts';
import { headerValue, incomingHeaders } from '../../upstream/headers.ts';
import { departureOf } from '../departure.ts';
import { prepare } from '../prepare.ts';
import type { AnswerRooms } from './answer-rooms.ts';

/** More than this of a copy's answer is not read; what it used then stays unknown. */
const mostBytes = 4 * 1024 * 1024;
/** A record waits no longer than this for a copy that is still under way. */
const patienceMs = 120_000;

/** Never throws and never waits: the exchange goes on, and its record waits for the copy's end (exchange.shadow). */
export function sendShadow(exchange: Exchange, planned: PlannedTarget, rooms: AnswerRooms): void {
  const target = toTarget(rooms.directory, exchange.route, planned);
  if (target) exchange.shadow = copy(exchange, target, rooms).catch(() => null);
}

async function copy(exchange: Exchange, target: Target, rooms: AnswerRooms): Promise<Attempt> {
  const address = rooms.directory.address(target.provider);
  const prepared = prepare(exchange, target, rooms);
  const departure = await departureOf(exchange, prepared, { address, key: rooms.watch.pickKey(target.provider) });
  const startedAtMs = elapsedMs(exchange);
  const record: Attempt = {
    ...plainAttempt,
    ...{ number: 1, kind: 'shadow', provider: target.provider.name, model: target.model },
    ...{ region: target.provider.region, startedAtMs, connectMs: null, firstByteMs: null, totalMs: 0 },
    ...{ status: null, outcome: 'success', errorCode: '', providerRequestId: '' },
  };
  const call = new UpstreamCall();
  const timer = setTimeout(
    () => call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', 'The copy took too long.')),
    patienceMs,
  );
  try {
    rooms.connections.dispatch({ origin: address.origin, ...departure }, call);
    const head = await call.head;
    record.status = head.status;
    record.firstByteMs = elapsedMs(exchange) - startedAtMs;
    const contentType = headerValue(incomingHeaders(head.rawHeaders, false), 'content-type');
    meter(record, { target, contentType, bytes: await bodyOf(call), at: exchange.startedAt }, rooms);
    if (head.status >= 400) record.outcome = 'failed';
  } catch (error) {
    record.errorCode = describeFailure(error, target.provider.name, address.host).code;
    record.outcome = 'unreachable';
  } finally {
    clearTimeout(timer);
    record.totalMs = elapsedMs(exchange) - startedAtMs;
  }
  return record;
}

function bodyOf(call: UpstreamCall): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    call.attach({
      data(chunk) {
        size += chunk.length;
        if (size <= mostBytes) parts.push(Buffer.from(chunk));
        return true;
      },
      end: () => resolve(Buffer.concat(parts)),
      error: reject,
    });
  });
}

interface Copied {
  target: Target;
  contentType: string;
  bytes: Buffer;
  at: number;
}

/** Fills in what the provider says it used, and its price. */
function meter(record: Attempt, { target, contentType, bytes, at }: Copied, { prices }: AnswerRooms): void {
  const { provider } = dialects[target.wire];
  if (!provider) return;
  const reader = assembledReader(provider.eventReader());
  const splitter = eventSplitterFor(contentType);
  try {
    if (splitter) for (const event of [...splitter.push(bytes), ...splitter.end()]) reader.event(event);
    else reader.whole(JSON.parse(bytes.toString()));
  } catch {
    return;
  }
  const { usage, reportedCost, responseModel } = reader.reading();
  const { costNanos, costSource } = prices.price({
    ...{ provider: target.provider.priceProvider, model: responseModel || target.model, usage, reportedCost },
    ...{ usageSource: 'reported', at },
  });
  record.inputTokens = usage.inputUncached === null ? null : usage.inputUncached + (usage.inputCacheRead ?? 0);
  record.outputTokens = usage.outputText === null ? null : usage.outputText + (usage.outputReasoning ?? 0);
  record.costNanos = costNanos;
  record.costSource = costSource;
}
