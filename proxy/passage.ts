// One exchange on the short way round: what is known of it from its path and headers, and its record.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { KeyRecord } from '../contract/access/key.ts';
import { plainAttempt } from '../contract/attempt.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { DegradedPart, DialectName, Operation, Outcome } from '../contract/words.ts';
import { type Admission, type Gate, nobodyYet } from './access/gate.ts';
import { attributionFromHeaders, captureFromHeaders } from './attribution.ts';
import type { BudgetRoom } from './budgets/budget-room.ts';
import type { CapturePolicy, CaptureSubject } from './capture-policy.ts';
import { recognise } from './dialects/recognise.ts';
import { ProxyError } from './errors.ts';
import { newExchangeId } from './exchange-id.ts';
import { WebSocketMessages } from './observe/websocket-messages.ts';
import type { PaceDesk } from './pace-desk.ts';
import { isRateHeader, rateHeaders } from './pace-limits/rate-headers.ts';
import type { Standing } from './pace-limits/rule.ts';
import { refusalOf } from './passage-refusal.ts';
import { isKeptHeader } from './redaction/header-masking.ts';
import { callerOf } from './steps/hold/caller.ts';
import type { ExchangeTap, Recorder } from './tap/recorder.ts';
import { parseTraceparent } from './telemetry/spans.ts';
import type { Traffic } from './traffic.ts';
import { type Address, joinPath } from './upstream/address.ts';
import type { Directory } from './upstream/directory.ts';
import { pairs } from './upstream/headers.ts';

export interface PassageRooms {
  gate: Gate;
  paceDesk: PaceDesk;
  budgets: BudgetRoom;
  captureOf: CapturePolicy;
  directory: Directory;
  recorder: Recorder;
  traffic: Traffic;
  /** What is away that calls do without. */
  degraded(): DegradedPart[];
}

export interface PassageEnd {
  httpStatus: number | null;
  clientGone: boolean;
  complete: boolean;
}

const tellingEvent = /"type"\s*:\s*"(?:session\.(?:created|updated)|response\.done|error)"/;
/** JSON text may be laid out over lines; between its tokens a line feed is but white space. */
const oneLine = (json: string): string => json.replace(/[\r\n]+/g, ' ');

export class Passage {
  readonly startedAt = Date.now();
  readonly id = newExchangeId(this.startedAt);
  readonly provider: ResolvedProvider;
  readonly address: Address;
  /** `model` only where the path names it. */
  readonly route: { dialect: DialectName; operation: Operation; model: string };
  readonly tail: string;
  search: string;
  readonly request: IncomingMessage;
  attribution: Attribution;
  key: KeyRecord | null = null;
  admission: Admission = nobodyYet;
  gone = false;
  standings: readonly Standing[] = [];
  readonly policies: string[] = [];
  readonly cancels = new Set<() => void>();
  readonly releases = new Set<() => void>();
  /** Why it is not let in; null: it is. */
  refusal: ProxyError | null = null;
  credentialHeaders: Record<string, string> = {};
  status: number | null = null;
  errorCode: string = '';
  errorMessage = '';
  outcome: Outcome = 'success';
  tap: ExchangeTap | null = null;
  degraded: DegradedPart[] = [];
  firstByteMs: number | null = null;
  readonly overheadMicros = null;
  capture: CaptureSubject['capture'] = 'full';
  readonly #clock = performance.now();
  readonly #traffic: Traffic;
  #requestId = '';
  #broken = false;
  #closed = false;

  constructor(
    rooms: PassageRooms,
    request: IncomingMessage,
    { provider, tail: tailWithSearch }: { provider: ResolvedProvider; tail: string },
  ) {
    this.request = request;
    this.attribution = attributionFromHeaders(request.headers);
    this.capture = captureFromHeaders(request.headers) ?? 'full';
    const at = tailWithSearch.indexOf('?');
    this.tail = at < 0 ? tailWithSearch : tailWithSearch.slice(0, at);
    this.search = at < 0 ? '' : tailWithSearch.slice(at);
    this.provider = provider;
    this.address = rooms.directory.address(provider);
    this.route = recognise(request.method ?? 'GET', joinPath(this.address.prefix, this.tail));
    this.#traffic = rooms.traffic;
    rooms.traffic.begun();
  }

  elapsedMs(): number {
    return Math.max(0, Math.round(performance.now() - this.#clock));
  }

  sent(chunk: Buffer): void {
    this.tap?.requestBytes(chunk);
  }

  /** Called before the forwarder copies the head, so what is set here reaches the client. */
  answered(answer: IncomingMessage): void {
    this.firstByteMs = this.elapsedMs();
    this.status = answer.statusCode ?? null;
    this.#requestId = String(answer.headers['x-request-id'] ?? answer.headers['request-id'] ?? '');
    for (const name of ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection'])
      delete answer.headers[name];
    for (const name of Object.keys(answer.headers)) if (name.startsWith('x-sightline-')) delete answer.headers[name];
    if (this.standings.length > 0) this.#sayLimits(answer);
    this.tap?.responseHead(this.status ?? 0, pairs(answer.rawHeaders, isKeptHeader));
    answer.headers['x-sightline-id'] = this.id;
    answer.headers['x-sightline-provider'] = this.provider.name;
    if (this.degraded.length > 0) answer.headers['x-sightline-degraded'] = this.degraded.join(', ');
    const { tap } = this;
    // A throw inside this listener would end the process (tested), and the tap promises not to throw.
    if (tap) answer.on('data', (chunk: Buffer) => tap.responseBytes(chunk, this.elapsedMs()));
    answer.on('close', () => {
      if (!answer.complete) this.#broken = true;
    });
  }

  /**
   * A WebSocket is open. Of what the server says only the events that tell model, usage and words go to the record, as the
   * event stream that they would be over HTTP; audio and everything else just passes.
   */
  upgraded(answer: IncomingMessage, socket: Duplex): void {
    this.firstByteMs = this.elapsedMs();
    this.status = answer.statusCode ?? 101;
    const { tap } = this;
    if (!tap) return;
    tap.responseHead(this.status, [['content-type', 'text/event-stream'], ...pairs(answer.rawHeaders, isKeptHeader)]);
    const messages = new WebSocketMessages();
    const look = (bytes: Buffer): void => {
      for (const message of messages.push(bytes)) {
        if (tellingEvent.test(message))
          tap.responseBytes(Buffer.from(`data: ${oneLine(message)}\n\n`), this.elapsedMs());
      }
    };
    // A listener starts the flow, and what flows before the forwarder has put its pipe in place is lost to the client:
    // it does that in this turn, and the first byte moves in the next tick but one.
    process.nextTick(() => socket.on('data', look));
  }

  /** Closes the record; later calls change nothing. */
  close(end: PassageEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.outcome = this.#judge(end);
    this.gone = end.clientGone;
    for (const cancel of this.cancels) cancel();
    for (const release of this.releases) release();
    const totalMs = this.elapsedMs();
    void this.tap?.close({
      totalMs,
      firstByteMs: this.firstByteMs,
      overheadMicros: null,
      outcome: this.outcome,
      httpStatus: end.httpStatus,
      errorCode: this.errorCode,
      errorMessage: this.errorMessage,
      ...{ answeredBy: 1, decision: null, notes: [], estimate: null, cache: null, policies: this.policies },
      attempts: [
        {
          number: 1,
          provider: this.provider.name,
          model: '',
          region: this.provider.region,
          startedAtMs: 0,
          connectMs: null,
          firstByteMs: this.firstByteMs,
          totalMs,
          status: this.status,
          outcome: this.outcome,
          errorCode: this.errorCode,
          providerRequestId: this.#requestId,
          ...plainAttempt,
        },
      ],
    });
    this.#traffic.ended(this, totalMs);
  }

  /** Where there are limits here, the provider's own would only confuse. */
  #sayLimits(answer: IncomingMessage): void {
    for (const name of Object.keys(answer.headers)) if (isRateHeader(name)) delete answer.headers[name];
    const said = rateHeaders(this.route.dialect, this.standings, Date.now());
    for (let at = 0; at < said.length; at += 2) answer.headers[said[at] as string] = said[at + 1] as string;
  }

  #judge(end: PassageEnd): Outcome {
    if (this.#broken || this.errorCode === 'SIGHTLINE_STREAM_TRUNCATED') return 'truncated';
    if (this.errorCode) return this.errorCode.startsWith('SIGHTLINE_UPSTREAM_') ? 'unreachable' : 'refused';
    if (end.clientGone) return 'aborted';
    return (end.httpStatus ?? 0) >= 400 ? 'failed' : 'success';
  }
}

/** Throws SIGHTLINE_RECORDING_FULL where what cannot be recorded has to be refused. */
export function openPassage(
  rooms: PassageRooms,
  request: IncomingMessage,
  provider: ResolvedProvider,
  tail: string,
): Passage {
  const { headers, method = 'GET' } = request;
  const passage = new Passage(rooms, request, { provider, tail });
  passage.refusal = refusalOf(passage, rooms.gate);
  const { attribution } = passage;
  passage.degraded = rooms.degraded();
  passage.capture = rooms.captureOf({
    requestedModel: passage.route.model,
    provider,
    route: passage.route,
    attribution,
    capture: passage.capture,
  });
  // What somebody counts cannot stay out of the books.
  const { budgets } = rooms.budgets;
  const counted = rooms.paceDesk.limits().weighs || (!budgets.none && budgets.concerns(callerOf(passage)));
  if (passage.capture === 'off' && counted) passage.capture = 'metadata';
  if (!rooms.recorder.admits()) {
    passage.errorCode = 'SIGHTLINE_RECORDING_FULL';
    passage.close({ httpStatus: 503, clientGone: false, complete: true });
    throw new ProxyError('SIGHTLINE_RECORDING_FULL', 'What cannot be recorded is refused, and the recording is full.');
  }
  if (passage.capture !== 'off') {
    const trace = parseTraceparent(headers.traceparent);
    passage.tap = rooms.recorder.open({
      id: passage.id,
      startedAt: passage.startedAt,
      attribution,
      traceId: trace?.traceId ?? '',
      spanId: trace?.spanId ?? '',
      method,
      path: `/${provider.name}${passage.tail}`,
      dialect: passage.route.dialect,
      operation: headers.upgrade ? 'realtime' : passage.route.operation,
      provider: provider.name,
      priceProvider: provider.priceProvider,
      requestedModel: passage.route.model || (new URLSearchParams(passage.search).get('model') ?? ''),
      stream: false,
      passthrough: true,
      client: headers['user-agent'] ?? '',
      capture: passage.capture,
      requestHeaders: pairs(request.rawHeaders, isKeptHeader),
      serviceTier: '',
      degraded: passage.degraded,
    });
  }
  return passage;
}
