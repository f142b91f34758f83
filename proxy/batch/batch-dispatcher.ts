// Sends a prepared request through its provider's batch endpoint, and has the answer look as if it had come on a connection:
// whoever waits for a call need not know that it went by way of a batch.
import { type Dispatcher, request } from 'undici';
import type { Departure } from '../steps/departure.ts';
import { type Address, joinPath } from '../upstream/address.ts';
import { awaitBatch, type BatchWait, type SendBatchCall } from './await-batch.ts';
import type { BatchJob, WholeAnswer } from './batch-api.ts';

export interface BatchDispatch extends Omit<BatchWait, 'send' | 'signal'> {
  job: BatchJob;
  address: Address;
  /** Of the request itself: whose credentials go, and what else its provider wants to be told. */
  headers: Departure['headers'];
  connections: Dispatcher;
}

export function dispatchBatch(options: BatchDispatch, handler: Dispatcher.DispatchHandler): void {
  const controller = new BatchController();
  handler.onRequestStart?.(controller, null);
  const wait: BatchWait = { ...options, send: sender(options), signal: controller.signal };
  awaitBatch(options.job, wait).then(
    (answer) => {
      if (controller.aborted) return;
      controller.rawHeaders = headersOf(answer);
      handler.onResponseStart?.(controller, answer.status, {}, '');
      handler.onResponseData?.(controller, Buffer.from(answer.body));
      handler.onResponseEnd?.(controller, {});
    },
    (error) => handler.onResponseError?.(controller, error as Error),
  );
}

class BatchController implements Dispatcher.DispatchController {
  readonly paused = false;
  rawHeaders: string[] = [];
  readonly #abort = new AbortController();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): Error | null {
    return this.aborted ? (this.signal.reason as Error) : null;
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  /** All of it has come already. */
  pause(): void {}

  resume(): void {}
}

const headersOf = ({ body, requestId }: WholeAnswer): string[] => [
  ...['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body))],
  ...(requestId ? ['x-request-id', requestId] : []),
];

/** About the request's own body and answer, or about its being sent once: neither is true of the calls for a batch. */
const ofTheRequest = new Set(['content-type', 'accept', 'accept-encoding', 'content-encoding', 'idempotency-key']);
/** One of these calls is short; where it is not, something is wrong. */
const callTimeoutMs = 60_000;

function sender({ address, headers, connections }: BatchDispatch): SendBatchCall {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!ofTheRequest.has((headers[i] as string).toLowerCase()))
      kept.push(headers[i] as string, headers[i + 1] as string);
  }
  return async ({ method, path, contentType, body }) => {
    const answer = await request(address.origin + joinPath(address.prefix, path), {
      ...{ dispatcher: connections, method, body },
      headers: contentType ? [...kept, 'content-type', contentType] : kept,
      ...{ headersTimeout: callTimeoutMs, bodyTimeout: callTimeoutMs },
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
}
