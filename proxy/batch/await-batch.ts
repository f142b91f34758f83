// One request through a batch endpoint, from its submission to its answer, for as long as the client is patient. Whoever gives
// up cancels: nobody pays for an answer that nobody waits for.
import { parseObject } from '../dialects/reading/json-reading.ts';
import { ProxyError } from '../errors.ts';
import type { BatchApi, BatchCall, BatchJob, BatchState, WholeAnswer } from './batch-api.ts';

export interface BatchClock {
  now(): number;
  /** Over at once when `signal` says so. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Rejects where no whole answer came. */
export type SendBatchCall = (call: BatchCall) => Promise<{ status: number; text: string }>;

export interface BatchWait {
  api: BatchApi;
  send: SendBatchCall;
  clock: BatchClock;
  patienceMs: number;
  /** Nobody waits any longer. */
  signal: AbortSignal;
  /** Told as soon as the batch has a name. */
  onId(id: string): void;
}

const pauses = { firstMs: 2_000, longestMs: 60_000, growth: 1.5 } as const;

/** Rejects with a ProxyError where the batch came to nothing, with the signal's reason where it was given up. */
export async function awaitBatch(job: BatchJob, wait: BatchWait): Promise<WholeAnswer> {
  const { api, send, signal, onId } = wait;
  const until = wait.clock.now() + wait.patienceMs;
  const upload = api.upload(job);
  const uploaded = upload && parseObject(await accepted(send, upload));
  signal.throwIfAborted();
  const made = api.state(parseObject(await accepted(send, api.create(job, uploaded))));
  if (made.id === '') throw broken('The batch endpoint gave no id.');
  onId(made.id);
  let ended: BatchState;
  try {
    ended = await untilEnded(made, until, wait);
  } catch (error) {
    // The client is not kept waiting for this, and what it says changes nothing.
    send(api.cancel(made.id)).catch(() => {});
    throw error;
  }
  for (const place of ended.results) {
    const answer = api.answer(await accepted(send, place), job.customId);
    if (answer) return answer;
  }
  throw broken(`Batch ${made.id} ended without an answer${ended.why ? ` (${ended.why})` : ''}.`);
}

async function untilEnded(made: BatchState, until: number, wait: BatchWait): Promise<BatchState> {
  const { api, send, clock, signal } = wait;
  let state = made;
  let pauseMs: number = pauses.firstMs;
  for (;;) {
    signal.throwIfAborted();
    if (state.stage === 'ended') return state;
    if (state.stage === 'lost') return { ...state, results: [] };
    const left = until - clock.now();
    if (left <= 0) {
      throw new ProxyError(
        'SIGHTLINE_UPSTREAM_TIMEOUT',
        `Batch ${made.id} had no answer within the client's patience of ${wait.patienceMs} ms.`,
      );
    }
    await clock.pause(Math.min(pauseMs, left), signal);
    signal.throwIfAborted();
    state = await polled(state, api.poll(made.id), { api, send });
    pauseMs = Math.min(pauseMs * pauses.growth, pauses.longestMs);
  }
}

/** One look that fails says nothing of the batch: what was known before stands. */
async function polled(
  before: BatchState,
  poll: BatchCall,
  { api, send }: Pick<BatchWait, 'api' | 'send'>,
): Promise<BatchState> {
  const { status, text } = await send(poll).catch(() => ({ status: 0, text: '' }));
  if (status >= 200 && status < 300) return api.state(parseObject(text));
  if (status === 0 || status === 408 || status === 429 || status >= 500) return before;
  throw broken(`The batch endpoint answered a question for ${before.id} with status ${status}.`);
}

async function accepted(send: SendBatchCall, call: BatchCall): Promise<string> {
  const { status, text } = await send(call);
  if (status >= 200 && status < 300) return text;
  const said = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  throw broken(`The batch endpoint answered ${call.method} ${call.path} with status ${status}: ${said}`);
}

const broken = (message: string): ProxyError => new ProxyError('SIGHTLINE_UPSTREAM_INVALID', message);

/** The real one. */
export const batchClock: BatchClock = {
  now: Date.now,
  pause: (milliseconds, signal) =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake);
    }),
};
