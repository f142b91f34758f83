// Carries the body of an answer to the client as it came: counts, watches and hides what has to be hidden, at the client's
// pace, and knows how an answer that was cut short has to end.
import { clientLeft, cutShort, type Ending, endedInError, endedWell, type Relayed, withoutItsEnd } from './ending.ts';
import { ProxyError } from './errors.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import type { ContentGate } from './observe/content-gate.ts';
import { createStreamWatch, type StreamWatch } from './observe/stream-watch.ts';
import { createUsageChunkFilter, type UsageChunkFilter } from './observe/usage-chunk-filter.ts';
import type { Outlet } from './outlet.ts';
import { sayInStream } from './say-error.ts';
import type { Answered } from './steps/attempt.ts';
import type { TurnListener } from './translation/turn-listener.ts';
import type { Unanswered } from './unanswered.ts';
import type { BodySink } from './upstream/call.ts';
import { describeFailure } from './upstream/failure.ts';

export interface PumpOptions {
  streams: boolean;
  hides: boolean;
  /** Of the body as declared; NaN when unknown. */
  length: number;
  encoding: string;
  outlet: Outlet;
  /** Says when a stream has begun to answer; null: nobody asks, or nobody can tell. */
  gate: ContentGate | null;
  /** What is wrong with a whole body although its status is good; asked while it can still be taken back. */
  complaintIn(body: Buffer): Pick<Unanswered, 'error' | 'failure'> | null;
  /** Listens in for what has to come back with the next turn; null: nothing has. */
  listener: TurnListener | null;
  /** Called once. */
  done(relayed: Relayed): void;
}

export class Pump implements BodySink {
  readonly #exchange: Exchange;
  readonly #answered: Answered;
  readonly #options: PumpOptions;
  readonly #watch: StreamWatch | null;
  readonly #filter: UsageChunkFilter | null;
  #received = 0;
  /** The end of an answer of known length. */
  #last: Buffer | null = null;
  #idle: NodeJS.Timeout | null = null;
  #finished = false;

  constructor(exchange: Exchange, answered: Answered, options: PumpOptions) {
    this.#exchange = exchange;
    this.#answered = answered;
    this.#options = options;
    const succeeded = answered.head.status < 300;
    this.#watch = options.streams && succeeded ? createStreamWatch(exchange.route.dialect, options.encoding) : null;
    this.#filter = options.hides ? createUsageChunkFilter() : null;
  }

  watchIdle(limitMs: number): void {
    if (limitMs === 0) return;
    const message = `The provider sent nothing for ${limitMs} ms ("proxy.idleTimeoutMs").`;
    this.#idle = setTimeout(() => this.#answered.call.abort(new ProxyError('SIGHTLINE_STREAM_IDLE', message)), limitMs);
  }

  data(chunk: Buffer): boolean {
    const { outlet, length, gate, listener } = this.#options;
    const atMs = elapsedMs(this.#exchange);
    this.#answered.tap?.responseBytes(chunk, atMs);
    this.#answered.pace.beat(atMs);
    this.#watch?.push(chunk);
    listener?.push(chunk);
    this.#idle?.refresh();
    this.#received += chunk.length;
    if (this.#received === length) {
      this.#last = chunk;
      return true;
    }
    const visible = this.#filter ? this.#filter.push(chunk) : chunk;
    const wants = visible === null || visible.length === 0 || outlet.write(visible);
    return gate && !outlet.committed && gate.push(chunk) ? outlet.commit() && wants : wants;
  }

  end(): void {
    if (!this.#watch) {
      this.#endWhole();
      return;
    }
    // Compressed streams are watched through a decoder that may lag behind; plain ones answer at once.
    const settled = this.#watch.settled();
    if (settled) settled.then(() => this.#endStream());
    else this.#endStream();
  }

  error(error: unknown): void {
    const { provider } = this.#answered.prepared.target;
    const failure = describeFailure(error, provider.name, new URL(provider.baseUrl).host);
    if (this.#exchange.gone) this.#end(clientLeft);
    // A connection that breaks after the end of the answer has broken nothing.
    else if (this.#watch?.sawTerminal) this.#finish(endedWell);
    else this.#breakOff(failure);
  }

  #endWhole(): void {
    const { outlet, complaintIn } = this.#options;
    const { status } = this.#answered.head;
    if (!outlet.committed && !outlet.withdrawn && status < 300) {
      const complaint = complaintIn(Buffer.concat([outlet.heldBody(), this.#last ?? Buffer.alloc(0)]));
      if (complaint) {
        this.#end({ unanswered: { status, ...complaint, headers: [], body: null } });
        return;
      }
    }
    this.#finish(status >= 400 ? endedInError : endedWell);
  }

  #endStream(): void {
    const watch = this.#watch as StreamWatch;
    if (!watch.sawError && !watch.sawTerminal) this.#breakOff(withoutItsEnd());
    else if (!watch.sawError) this.#finish(endedWell);
    else if (!this.#tookBack(null)) this.#finish(endedInError);
  }

  /** Nothing has reached the client yet: this attempt may as well not have been. */
  #tookBack(failure: ProxyError | null): boolean {
    const { outlet, gate } = this.#options;
    if (outlet.committed) return false;
    const { status } = this.#answered.head;
    this.#end({ unanswered: { status, error: gate?.error ?? null, failure, headers: [], body: null } });
    return true;
  }

  /** What the client has is not the whole answer: say so inside a stream, and break the connection elsewhere. */
  #breakOff(failure: ProxyError): void {
    if (this.#tookBack(failure)) return;
    const exchange = this.#exchange;
    const { outlet } = this.#options;
    const ending = cutShort(failure);
    if (!this.#watch || this.#watch.encoded) exchange.response.destroy();
    else if (!this.#watch.sawError) {
      const held = this.#filter?.end();
      if (held?.length) outlet.write(held);
      if (!this.#watch.atEventBoundary) outlet.write('\n\n');
      sayInStream(exchange, ending, outlet);
    }
    this.#end(ending);
  }

  #finish(ending: Ending): void {
    const { outlet } = this.#options;
    const held = this.#filter?.end();
    if (held?.length) outlet.write(held);
    outlet.end(this.#last);
    this.#end(ending);
  }

  #end(end: Ending | Relayed): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#idle) clearTimeout(this.#idle);
    this.#options.done('outcome' in end ? { ending: end } : end);
  }
}
