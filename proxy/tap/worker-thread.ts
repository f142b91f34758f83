// Keeps one recording worker running: starts it, hears it, replaces it when it dies or hangs. A dead worker costs the
// exchanges it had in hand, never the calls themselves.
import { Worker } from 'node:worker_threads';
import type { FinishedSummary } from './recorder.ts';
import type { SharedStatus } from './shared-status.ts';
import type { EventReceipt, FromWorker, ToWorker, WorkerOptions } from './worker-messages.ts';

export interface WorkerThreadOptions extends Omit<WorkerOptions, 'startedBefore' | 'status' | 'pseudonymKey'> {
  script: URL;
  pseudonymKey(): Uint8Array;
  status: SharedStatus;
  /** Exchanges started under this boot so far, without those told as lost once a worker is ready. */
  startedSoFar(): number;
  newBoot(): string;
  /** The boot id was lost to another proxy: a new one holds from now on. */
  onNewBoot(): void;
  onReady(): void;
  onDown(): void;
  onDurable(numbers: number[]): void;
  onSummary(summary: FinishedSummary): void;
  onEvents(receipt: EventReceipt): void;
  onProblem(message: string): void;
}

const firstPauseMs = 100;
const longestPauseMs = 10_000;
const watchEveryMs = 5_000;
/** A worker that shows no sign of life over this many looks hangs, for example inside an endless computation. */
const looksBeforeKilling = 12;
const stopGraceMs = 5_000;

export class WorkerThread {
  boot: string;
  ready = false;
  generation = 0;
  readonly #options: WorkerThreadOptions;
  #key: Uint8Array | null = null;
  #worker: Worker | null = null;
  #stopping: (() => void) | null = null;
  readonly #onceReady: (() => void)[] = [];
  #failures = 0;
  #begun = false;
  #watch: NodeJS.Timeout | null = null;

  constructor(options: WorkerThreadOptions) {
    this.#options = options;
    this.boot = options.boot;
  }

  /** Resolves when the first worker is ready; rejects with what kept it from it. */
  async begin(): Promise<void> {
    try {
      this.#key = this.#options.pseudonymKey();
      await new Promise<void>((resolve, reject) => this.#spawn({ startedBefore: null, resolve, reject }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `The recording folder ${this.#options.directory} cannot be used: ${reason}. Make it writable for this user, or set SIGHTLINE_DATA to a folder that is.`,
        { cause: error },
      );
    }
    this.#begun = true;
    this.#watch = setInterval(this.#look(), watchEveryMs).unref();
  }

  post(message: ToWorker): void {
    if (!this.ready) return;
    this.#worker?.postMessage(message, message instanceof Uint8Array ? [message.buffer as ArrayBuffer] : []);
  }

  wantSummaries(): void {
    this.post({ summaries: true });
  }

  /** Resolves when there is a worker, after `timeoutMs` at the latest. */
  async untilReady(timeoutMs: number): Promise<void> {
    if (this.ready) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onceReady.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Resolves when the worker has stopped, or was ended for taking longer than asked. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#watch) clearInterval(this.#watch);
    const worker = this.#worker;
    await new Promise<void>((resolve) => {
      this.#stopping = resolve;
      if (!this.ready) resolve();
      const timer = setTimeout(resolve, timeoutMs + stopGraceMs);
      worker?.once('exit', () => clearTimeout(timer));
      this.post({ stop: timeoutMs });
    });
    await worker?.terminate();
  }

  #spawn({ startedBefore, resolve, reject }: Spawning): void {
    const { directory, recording, priceOverlay, priceBook, reserveBytes, status, script } = this.#options;
    const workerData: WorkerOptions = {
      ...{ directory, recording, priceOverlay, priceBook, reserveBytes, startedBefore, boot: this.boot },
      pseudonymKey: this.#key ?? new Uint8Array(),
      status: status.memory,
    };
    const worker = new Worker(script, { workerData });
    this.#worker = worker;
    let error: unknown = null;
    worker.on('message', (message: FromWorker) => {
      if ('ready' in message) resolve?.();
      this.#hear(message);
    });
    worker.on('error', (cause) => {
      error = cause;
    });
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return;
      if (!this.#begun) reject?.(error ?? new Error(`its worker ended with code ${code}`));
      else this.#down(error ?? `it ended with code ${code}`);
    });
  }

  #hear(message: FromWorker): void {
    const { onReady, onDurable, onSummary, onEvents, onProblem } = this.#options;
    if ('ready' in message) {
      this.ready = true;
      // From here on recording does not keep a process alive that has nothing else to do.
      this.#worker?.unref();
      onReady();
      for (const tell of this.#onceReady.splice(0)) tell();
    } else if ('durable' in message) onDurable(message.durable);
    else if ('summary' in message) onSummary(message.summary);
    else if ('events' in message) onEvents(message.events);
    else if ('problem' in message) onProblem(message.problem);
    else if ('stopped' in message) this.#stopping?.();
    else void this.#fenced();
  }

  #down(cause: unknown): void {
    this.ready = false;
    this.#worker = null;
    this.generation += 1;
    this.#options.onDown();
    if (this.#stopping) {
      this.#stopping();
      return;
    }
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures);
    this.#failures += 1;
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.#options.onProblem(
      `The recording worker died (${reason}). Calls go on; a new worker starts in ${pause} ms, and what the old one had in hand is recorded as partial or counted as a gap.`,
    );
    setTimeout(() => {
      if (!this.#stopping) this.#spawn({ startedBefore: this.#options.startedSoFar() });
    }, pause).unref();
  }

  /** Another proxy took this run for dead: its files are theirs, so we go on as a new run. */
  async #fenced(): Promise<void> {
    const old = this.#worker;
    this.#worker = null;
    this.ready = false;
    this.generation += 1;
    await old?.terminate();
    this.#options.onDown();
    this.#options.onProblem(
      `Proxy run ${this.boot} stood still for so long that another took over its records; it goes on as a new run.`,
    );
    this.boot = this.#options.newBoot();
    this.#options.onNewBoot();
    this.#spawn({ startedBefore: null });
  }

  #look(): () => void {
    let seen = -1;
    let looks = 0;
    return () => {
      const beats = this.#options.status.get('beats');
      looks = beats === seen && this.ready ? looks + 1 : 0;
      seen = beats;
      if (looks === 0 && this.ready) this.#failures = 0;
      if (looks < looksBeforeKilling) return;
      looks = 0;
      void this.#worker?.terminate();
    };
  }
}

interface Spawning {
  startedBefore: number | null;
  resolve?: () => void;
  reject?: (error: unknown) => void;
}
