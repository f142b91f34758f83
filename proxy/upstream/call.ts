// One call to a provider: dispatched through undici, its head awaited, its body handed to a sink as it arrives. What comes
// in before the sink is there is kept (at most what one read of the socket brought), so no byte is lost or reordered.
import type { Dispatcher } from 'undici';
import { ProxyError } from '../errors.ts';

export interface CallHead {
  status: number;
  /** As the provider wrote them: name, value, name, value … */
  rawHeaders: readonly (Buffer | string)[];
}

/** Takes the body. `data` answers false when it wants no more until `resume` is called. */
export interface BodySink {
  data(chunk: Buffer): boolean;
  end(): void;
  error(error: unknown): void;
}

export class UpstreamCall implements Dispatcher.DispatchHandler {
  readonly head: Promise<CallHead>;
  #settleHead!: { resolve: (head: CallHead) => void; reject: (error: unknown) => void };
  #controller: Dispatcher.DispatchController | null = null;
  #sink: BodySink | null = null;
  #early: Buffer[] = [];
  #ended = false;
  #failed: { error: unknown } | null = null;
  #headArrived = false;
  #aborted = false;

  constructor() {
    this.head = new Promise((resolve, reject) => {
      this.#settleHead = { resolve, reject };
    });
    // It may fail before anybody waits for it.
    this.head.catch(() => {});
  }

  /** Hands over what came early, then everything else as it comes. */
  attach(sink: BodySink): void {
    this.#sink = sink;
    for (const chunk of this.#early.splice(0)) {
      if (!sink.data(chunk)) this.#controller?.pause();
    }
    if (this.#failed) sink.error(this.#failed.error);
    else if (this.#ended) sink.end();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Lets go of the provider at once; the head, if still awaited, rejects with `reason`. */
  abort(reason: ProxyError): void {
    if (this.#ended || this.#failed || this.#aborted) return;
    this.#aborted = true;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#headArrived = true;
    this.#settleHead.resolve({ status, rawHeaders: (controller.rawHeaders ?? []) as (Buffer | string)[] });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#aborted) return;
    if (!this.#sink) this.#early.push(chunk);
    else if (!this.#sink.data(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#sink?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#failed || this.#ended) return;
    this.#failed = { error };
    if (!this.#headArrived) this.#settleHead.reject(error);
    else this.#sink?.error(error);
  }
}
