// Carries the body of an answer to the client as it came: counts, watches and hides what has to be hidden, at the client's
// pace, and knows how an answer that was cut short has to end.
import { clientLeft, cutShort, type Ending, endedInError, endedWell, type Relayed, withoutItsEnd } from './ending.ts';
import { ProxyError } from './errors.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import { createStreamWatch, type StreamWatch } from './observe/stream-watch.ts';
import { createUsageChunkFilter, type UsageChunkFilter } from './observe/usage-chunk-filter.ts';
import type { PumpOptions } from './pump-options.ts';
import { sayInStream } from './say-error.ts';
import type { Answered } from './steps/attempt.ts';
import type { BodySink } from './upstream/call.ts';
import { describeFailure } from './upstream/failure.ts';

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
    const { outlet, length, gate, listener, continuable } = this.#options;
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
    const shown = this.#filter ? this.#filter.push(chunk) : chunk;
    const visible = shown && continuable ? continuable.push(shown) : shown;
    const wants = visible === null || visible.length === 0 || outlet.write(visible);
    const more = gate && !outlet.committed && gate.push(chunk) ? outlet.commit() && wants : wants;
    if (!continuable?.error || !outlet.committed) return more;
    // The client waits for whoever goes on, not for this one to close its connection.
    this.#endedInError();
    this.#answered.call.abort(withoutItsEnd());
    return true;
  }

  end(): void {
    if (this.#finished) return;
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
    if (this.#finished) return;
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
    else if (!this.#tookBack(null)) this.#endedInError();
  }

  #endedInError(): void {
    const { outlet, brokeOff } = this.#options;
    if (brokeOff(endedInError, () => outlet.write(this.#rest()))) this.#end(endedInError);
    else this.#finish(endedInError);
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
    const ending = cutShort(failure);
    const say = (): void => this.#sayBrokenOff(ending);
    if (!this.#options.brokeOff(ending, say)) say();
    this.#end(ending);
  }

  #sayBrokenOff(ending: Ending): void {
    const exchange = this.#exchange;
    const { outlet } = this.#options;
    if (!this.#watch || this.#watch.encoded) {
      exchange.response.destroy();
      return;
    }
    const rest = this.#rest();
    if (rest.length > 0) outlet.write(rest);
    if (this.#watch.sawError) return;
    if (!this.#watch.atEventBoundary) outlet.write('\n\n');
    sayInStream(exchange, ending, outlet);
  }

  /** What was held on its way to the client. */
  #rest(): Buffer {
    const { continuable } = this.#options;
    const held = this.#filter?.end() ?? Buffer.alloc(0);
    return continuable ? Buffer.concat([continuable.push(held), continuable.rest()]) : held;
  }

  #finish(ending: Ending): void {
    const { outlet } = this.#options;
    const rest = this.#rest();
    if (rest.length > 0) outlet.write(rest);
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
