// Carries the body of an answer to the client as it came: counts, watches and hides what has to be hidden, at the client's
// pace, and knows how an answer that was cut short has to end.
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
  /** Says when the answer has begun; null: it has. */
  gate: ContentGate | null;
  /** Listens in for what has to come back with the next turn; null: nothing has. */
  listener: TurnListener | null;
  /** Called once; with what is known of the attempt where nothing of it has reached the client and it has failed. */
  done(unanswered: Unanswered | null): void;
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
  #cut = false;

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
    this.#answered.tap?.responseBytes(chunk, elapsedMs(this.#exchange));
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
    return outlet.committed || gate?.push(chunk) === false ? wants : outlet.commit() && wants;
  }

  end(): void {
    if (!this.#watch) {
      this.#finish();
      return;
    }
    // Compressed streams are watched through a decoder that may lag behind; plain ones answer at once.
    const settled = this.#watch.settled();
    if (settled) settled.then(() => this.#endStream());
    else this.#endStream();
  }

  error(error: unknown): void {
    const exchange = this.#exchange;
    const { provider } = this.#answered.prepared.target;
    const failure = describeFailure(error, provider.name, new URL(provider.baseUrl).host);
    if (failure.code === 'SIGHTLINE_CLIENT_GONE' || exchange.gone) {
      exchange.outcome = 'aborted';
      exchange.errorCode = 'SIGHTLINE_CLIENT_GONE';
      this.#finish();
      return;
    }
    // A connection that breaks after the end of the answer has broken nothing.
    if (this.#watch?.sawTerminal) this.#finish();
    else this.#cutShort(failure);
  }

  #endStream(): void {
    const watch = this.#watch as StreamWatch;
    if (watch.sawError) {
      if (this.#tookBack(null)) return;
      this.#exchange.outcome = 'failed';
    } else if (!watch.sawTerminal) {
      const message = 'The provider ended the stream before the answer was complete.';
      this.#cutShort(new ProxyError('SIGHTLINE_STREAM_TRUNCATED', message));
      return;
    }
    this.#finish();
  }

  /** Nothing has reached the client yet: this attempt may as well not have been. */
  #tookBack(failure: ProxyError | null): boolean {
    const { outlet, gate } = this.#options;
    if (outlet.committed) return false;
    const { status } = this.#answered.head;
    this.#done({ status, error: gate?.error ?? null, failure, headers: [], body: null });
    return true;
  }

  /** What the client has is not the whole answer: say so inside a stream, and break the connection elsewhere. */
  #cutShort(failure: ProxyError): void {
    if (this.#tookBack(failure)) return;
    const exchange = this.#exchange;
    const { outlet } = this.#options;
    this.#cut = true;
    exchange.outcome = 'truncated';
    exchange.errorCode = failure.code === 'SIGHTLINE_STREAM_IDLE' ? failure.code : 'SIGHTLINE_STREAM_TRUNCATED';
    exchange.errorMessage = failure.message;
    if (!this.#watch || this.#watch.encoded) {
      exchange.response.destroy();
      this.#finish();
      return;
    }
    if (!this.#watch.sawError) {
      const held = this.#filter?.end();
      if (held?.length) outlet.write(held);
      if (!this.#watch.atEventBoundary) outlet.write('\n\n');
      sayInStream(exchange, null, outlet);
    }
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    const { outlet } = this.#options;
    const held = this.#cut ? null : this.#filter?.end();
    if (held?.length && !this.#exchange.gone) outlet.write(held);
    if (this.#exchange.gone || this.#cut) outlet.commit();
    else outlet.end(this.#last);
    this.#done(null);
  }

  #done(unanswered: Unanswered | null): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#idle) clearTimeout(this.#idle);
    this.#options.done(unanswered);
  }
}
