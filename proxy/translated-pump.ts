// Carries the body of an answer that comes in another format than the client's: shows its bytes to the record as they come,
// has them translated, and sends what comes of it on at once, at the client's pace.
import { ProxyError } from './errors.ts';
import { type Exchange, elapsedMs } from './exchange.ts';
import { type BodyDecoder, createBodyDecoder, defaultDecodeLimits, encodingsOf } from './observe/body-decoder.ts';
import type { Outlet } from './outlet.ts';
import type { Answered } from './steps/attempt.ts';
import type { Conversion } from './translation/conversion.ts';
import type { BodySink } from './upstream/call.ts';

export interface TranslatedPumpOptions {
  exchange: Exchange;
  answered: Answered;
  conversion: Conversion;
  outlet: Outlet;
  /** The provider's content-encoding. */
  encoding: string;
  /** Longest silence; 0: no limit. */
  idleTimeoutMs: number;
}

export class TranslatedPump implements BodySink {
  /** Resolves with null after the provider's last byte, or with what broke the connection before. */
  readonly ended: Promise<{ error: unknown } | null>;
  readonly #options: TranslatedPumpOptions;
  readonly #decoder: BodyDecoder | null;
  #settle!: (end: { error: unknown } | null) => void;
  /** Decoding takes turns; plain bytes never wait. */
  #lane: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;
  #wants = true;

  constructor(options: TranslatedPumpOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const encodings = encodingsOf(options.encoding);
    const take = (bytes: Buffer) => this.#take(bytes);
    this.#decoder = encodings.length > 0 ? createBodyDecoder(encodings, defaultDecodeLimits, take) : null;
    const { idleTimeoutMs, answered } = options;
    if (idleTimeoutMs === 0) return;
    const message = `The provider sent nothing for ${idleTimeoutMs} ms ("proxy.idleTimeoutMs").`;
    this.#idle = setTimeout(() => answered.call.abort(new ProxyError('SIGHTLINE_STREAM_IDLE', message)), idleTimeoutMs);
  }

  data(chunk: Buffer): boolean {
    const { exchange, answered } = this.#options;
    const atMs = elapsedMs(exchange);
    answered.tap?.responseBytes(chunk, atMs);
    answered.pace.beat(atMs);
    this.#idle?.refresh();
    const decoder = this.#decoder;
    if (decoder) this.#next(() => decoder.push(chunk));
    else this.#take(chunk);
    return this.#wants;
  }

  end(): void {
    const decoder = this.#decoder;
    if (decoder) this.#next(() => decoder.end());
    void this.#lane.then(() => this.#finish(null));
  }

  error(error: unknown): void {
    void this.#lane.then(() => this.#finish({ error }));
  }

  #take(bytes: Buffer): void {
    const { conversion, outlet } = this.#options;
    const text = conversion.push(bytes);
    if (text !== '') this.#wants = outlet.write(text);
    if (conversion.sawContent && conversion.streams && !outlet.committed) this.#wants = outlet.commit();
  }

  #next(work: () => Promise<void>): void {
    this.#lane = this.#lane.then(work).catch((error: unknown) => {
      const { call, prepared } = this.#options.answered;
      const reason = error instanceof Error ? error.message : String(error);
      const message = `What provider "${prepared.target.provider.name}" sent could not be unpacked: ${reason}.`;
      const failure = new ProxyError('SIGHTLINE_UPSTREAM_INVALID', message);
      this.#finish({ error: failure });
      call.abort(failure);
    });
  }

  #finish(end: { error: unknown } | null): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#settle(end);
  }
}
