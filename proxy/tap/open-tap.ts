// One exchange on the main thread: counts what passes, copies what is kept, and goes quiet when its worker is gone.
import type { FrameWriter } from './frames.ts';
import type { ExchangeEnd, ExchangeStart, ExchangeTap, Served } from './recorder.ts';
import type { EndCounts } from './worker-messages.ts';

/** What a tap needs of its recorder. */
export interface TapLink {
  readonly captureBytes: number;
  /** Changes when a worker dies: what was open then is over. */
  readonly generation: number;
  /** False when the worker is so far behind that bodies are left out. */
  readonly bodiesFit: boolean;
  /** False when it is so far behind, or gone, that nothing is taken. */
  readonly anythingFits: boolean;
  /** Whether an end may wait for company on its way to the worker, or a client waits for it. */
  readonly endsLeave: 'soon' | 'now';
  send(write: (frames: FrameWriter) => void, when: 'soon' | 'now'): void;
  /** Counts an exchange whose bodies were left out because the worker is behind. */
  leftOut(): void;
  /** Resolves when the record of this exchange is on disk; at once unless `strict`. */
  durable(number: number): Promise<void>;
}

const resolved = Promise.resolve();
export const silentTap: ExchangeTap = {
  requestBytes() {},
  responseHead() {},
  responseBytes() {},
  close: () => resolved,
};

export class OpenTap implements ExchangeTap {
  readonly #recorder: TapLink;
  readonly #number: number;
  readonly #generation: number;
  readonly #keepBodies: boolean;
  readonly #counts: EndCounts = { requestBytes: 0, responseBytes: 0, requestCut: false, responseCut: false };
  #room: number;
  #closed = false;

  constructor(recorder: TapLink, number: number, start: ExchangeStart) {
    this.#recorder = recorder;
    this.#number = number;
    this.#generation = recorder.generation;
    this.#keepBodies = recorder.bodiesFit;
    this.#room = recorder.captureBytes;
    recorder.send((frames) => frames.json('start', number, start), 'soon');
  }

  requestBytes(bytes: Uint8Array): void {
    if (this.#over()) return;
    this.#counts.requestBytes += bytes.length;
    const kept = this.#keepBodies ? bytes.subarray(0, this.#room) : bytes.subarray(0, 0);
    if (kept.length < bytes.length) this.#counts.requestCut = true;
    this.#room -= kept.length;
    if (kept.length > 0) this.#recorder.send((frames) => frames.bytes('request', this.#number, kept), 'soon');
  }

  responseHead(status: number, headers: [string, string][], served?: Served): void {
    if (this.#over()) return;
    // A later head stands for a later attempt, whose answer is the one that counts.
    Object.assign(this.#counts, { responseBytes: 0, responseCut: false });
    this.#recorder.send((frames) => frames.json('head', this.#number, { status, headers, served }), 'soon');
  }

  responseBytes(bytes: Uint8Array, atMs: number): void {
    if (this.#over()) return;
    const counts = this.#counts;
    counts.responseBytes += bytes.length;
    // Once bytes are missing, what follows them cannot be read: leave the rest out as well.
    if (!this.#keepBodies || counts.responseCut || !this.#recorder.anythingFits) counts.responseCut = true;
    else this.#recorder.send((frames) => frames.bytes('response', this.#number, bytes, atMs), 'soon');
  }

  close(end: ExchangeEnd): Promise<void> {
    if (this.#over()) return resolved;
    this.#closed = true;
    if (!this.#keepBodies || this.#counts.responseCut) this.#recorder.leftOut();
    const { endsLeave } = this.#recorder;
    this.#recorder.send((frames) => frames.json('end', this.#number, { end, counts: this.#counts }), endsLeave);
    return this.#recorder.durable(this.#number);
  }

  #over(): boolean {
    return this.#closed || this.#generation !== this.#recorder.generation;
  }
}
