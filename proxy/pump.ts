// Carries the body of an answer to the client: counts, watches and hides what has to be hidden, at the client's pace, and
// knows how an answer that was cut short has to end.
import { dialects } from './dialects/index.ts';
import { ProxyError } from './errors.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import { createStreamWatch, type StreamWatch } from './observe/stream-watch.ts';
import { createUsageChunkFilter, type UsageChunkFilter } from './observe/usage-chunk-filter.ts';
import { spokenError } from './spoken-error.ts';
import type { Answered } from './steps/attempt.ts';
import type { BodySink } from './upstream/call.ts';
import { describeFailure } from './upstream/failure.ts';

export interface PumpOptions {
  streams: boolean;
  hides: boolean;
  /** Of the body as declared; NaN when unknown. */
  length: number;
  encoding: string;
}

export class Pump implements BodySink {
  readonly #exchange: Exchange;
  readonly #answered: Answered;
  readonly #options: PumpOptions;
  readonly #done: () => void;
  readonly #watch: StreamWatch | null;
  readonly #filter: UsageChunkFilter | null;
  #received = 0;
  #idle: NodeJS.Timeout | null = null;
  #finished = false;

  constructor(exchange: Exchange, answered: Answered, options: PumpOptions, done: () => void) {
    this.#exchange = exchange;
    this.#answered = answered;
    this.#options = options;
    this.#done = done;
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
    const { response, tap } = this.#exchange;
    tap?.responseBytes(chunk, elapsedMs(this.#exchange));
    this.#watch?.push(chunk);
    this.#idle?.refresh();
    this.#received += chunk.length;
    if (this.#received === this.#options.length) {
      this.#exchange.lastChunk = chunk;
      return true;
    }
    const visible = this.#filter ? this.#filter.push(chunk) : chunk;
    return visible === null || visible.length === 0 || response.write(visible);
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
    const failure = describeFailure(error, exchange.provider?.name ?? '', this.#host());
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
    if (watch.sawError) this.#exchange.outcome = 'failed';
    else if (!watch.sawTerminal) {
      const message = 'The provider ended the stream before the answer was complete.';
      this.#cutShort(new ProxyError('SIGHTLINE_STREAM_TRUNCATED', message));
      return;
    }
    this.#finish();
  }

  /** What the client has is not the whole answer: say so inside a stream, and break the connection elsewhere. */
  #cutShort(failure: ProxyError): void {
    const exchange = this.#exchange;
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
      if (held?.length) exchange.response.write(held);
      const spoken = spokenError(exchange.id, exchange.errorCode, failure.message);
      const event = dialects[exchange.route.dialect].errorEvent(spoken);
      exchange.response.write(this.#watch.atEventBoundary ? event : `\n\n${event}`);
    }
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#idle) clearTimeout(this.#idle);
    const held = this.#exchange.outcome === 'truncated' ? null : this.#filter?.end();
    if (held?.length && !this.#exchange.gone) this.#exchange.response.write(held);
    this.#done();
  }

  #host(): string {
    return this.#exchange.provider ? new URL(this.#exchange.provider.baseUrl).host : '';
  }
}
