// The main thread's half of recording. Every call copies what it is given into the next message for the worker and
// returns; when the worker falls behind or dies, exchanges lose their bodies or are counted as a gap, and never wait.
import { randomBytes } from 'node:crypto';
import type { PublishedBook } from '../../catalog/published-book.ts';
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { PriceOverlay } from '../../contract/prices.ts';
import type { Counters } from '../../contract/segment.ts';
import type { DegradedPart } from '../../contract/words.ts';
import { CollectorWatch } from './collector-watch.ts';
import { EventBox } from './event-box.ts';
import { FrameWriter } from './frames.ts';
import { metricsText } from './metrics-text.ts';
import { OpenTap, silentTap, type TapLink } from './open-tap.ts';
import { readPseudonymKey } from './pseudonym-key.ts';
import type { ExchangeStart, ExchangeTap, FinishedSummary, Recorder } from './recorder.ts';
import { SharedStatus } from './shared-status.ts';
import { WorkerThread } from './worker-thread.ts';

export interface RecorderOptions {
  /** Folder of this recorder alone or of several proxies on one machine; made when missing. */
  directory: string;
  boot?: string;
  recording: RecordingConfiguration;
  /** Left out: kept in `<directory>/pseudonym.key`, made at the first start. */
  pseudonymKey?: Buffer;
  priceOverlay?: PriceOverlay | null;
  priceBook?: PublishedBook | null;
  onProblem(message: string): void;
  /** Room on the disk left to others. */
  reserveBytes?: number;
  /** The worker's script. */
  script?: URL;
}

/** Bytes handed over and not yet handled: above the first, bodies are left out; above the second, nothing is taken. */
const bodiesUntilBytes = 64 * 1024 * 1024;
const anythingUntilBytes = 128 * 1024 * 1024;
const postAtBytes = 256 * 1024;
/**
 * Everything waits this long for company, because a message costs more than what is in it; only an end that a client waits
 * for (`strict`) goes out with this turn of the event loop.
 */
const patienceMs = 2;

/** Rejects when the folder cannot be used; the message says why and what to do. */
export async function createRecorder(options: RecorderOptions): Promise<Recorder> {
  const recorder = new ThreadedRecorder(options);
  await recorder.begin();
  return recorder;
}

/** Sorts by time, so that the oldest boot's segments go first. */
const newBoot = (): string => `${Date.now().toString(36).padStart(9, '0')}${randomBytes(5).toString('hex')}`;

class ThreadedRecorder implements Recorder, TapLink {
  readonly status = new SharedStatus();
  readonly captureBytes: number;
  readonly #options: RecorderOptions;
  readonly #strict: boolean;
  readonly #thread: WorkerThread;
  #frames = new FrameWriter();
  #started = 0;
  #posted = 0;
  #scheduled: 'no' | 'soon' | 'now' = 'no';
  #timer: NodeJS.Timeout | null = null;
  /** Told to the worker once there is one again. */
  #lostMeanwhile = { count: 0, startedAt: 0, until: 0 };
  readonly #waiting = new Map<number, () => void>();
  #listener: ((summary: FinishedSummary) => void) | null = null;
  #stopped = false;
  #bodiesLeftOut = 0;
  readonly #collector = new CollectorWatch();
  readonly #events: EventBox;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.captureBytes = options.recording.captureBytes;
    this.#strict = options.recording.durability === 'strict';
    const { directory, recording, priceOverlay = null, priceBook = null, reserveBytes, onProblem } = options;
    this.#events = new EventBox({
      onProblem,
      send: (event) => this.#thread.ready && this.send((frames) => frames.json('event', 0, event), 'soon'),
    });
    this.#thread = new WorkerThread({
      ...{ directory, recording, priceOverlay, priceBook, reserveBytes, onProblem, newBoot },
      boot: options.boot ?? newBoot(),
      script: options.script ?? new URL('./worker.ts', import.meta.url),
      pseudonymKey: () => options.pseudonymKey ?? readPseudonymKey(directory),
      status: this.status,
      startedSoFar: () => this.#started - this.#lostMeanwhile.count,
      onNewBoot: () => this.#beginAgain(),
      onReady: () => this.#workerReady(),
      onDown: () => this.#workerDown(),
      onDurable: (numbers) => this.#durable(numbers),
      onSummary: (summary) => this.#listener?.(summary),
      onEvents: (receipt) => this.#events.receive(receipt),
    });
  }

  begin(): Promise<void> {
    return this.#thread.begin();
  }

  get boot(): string {
    return this.#thread.boot;
  }

  get generation(): number {
    return this.#thread.generation;
  }

  get lagBytes(): number {
    return this.#posted + this.#frames.used - this.status.get('handledBytes');
  }

  /** When an end has to be under way. */
  get endsLeave(): 'soon' | 'now' {
    return this.#strict ? 'now' : 'soon';
  }

  get bodiesFit(): boolean {
    return this.lagBytes <= bodiesUntilBytes;
  }

  get anythingFits(): boolean {
    return this.#thread.ready && this.lagBytes <= anythingUntilBytes;
  }

  onFinished(listener: (summary: FinishedSummary) => void): void {
    this.#listener = listener;
    this.#thread.wantSummaries();
  }

  admits(): boolean {
    if (this.#options.recording.whenFull === 'open') return true;
    return this.status.get('blocked') === 0 && this.anythingFits;
  }

  degraded(): DegradedPart[] {
    const away: DegradedPart[] = [];
    if (!this.anythingFits || !this.bodiesFit || this.status.get('blocked') === 1) away.push('recorder');
    const waitingSegments = this.status.get('waitingSegments');
    if (this.#collector.away({ waitingSegments, lastSuccessAt: this.status.get('lastSuccessAt') }, Date.now()))
      away.push('collector');
    return away;
  }

  open(start: ExchangeStart): ExchangeTap {
    if (this.#stopped || start.capture === 'off') return silentTap;
    this.#started += 1;
    const number = this.#started;
    try {
      if (this.anythingFits) return new OpenTap(this, number, start);
    } catch (error) {
      this.#options.onProblem(`An exchange could not be handed to the recorder: ${error}. It is counted as a gap.`);
    }
    this.lose(number, start.startedAt);
    return silentTap;
  }

  event(event: NewEvent): void {
    if (!this.#stopped) this.#events.add(event);
  }

  leftOut(): void {
    this.#bodiesLeftOut += 1;
  }

  /** Counts an exchange that cannot be recorded. */
  lose(number: number, startedAt: number): void {
    if (this.#thread.ready) {
      this.send(
        (frames) => frames.json('lost', number, { count: 1, startedAt, until: startedAt, reason: 'overload' }),
        'now',
      );
      return;
    }
    const lost = this.#lostMeanwhile;
    lost.startedAt = lost.count === 0 ? startedAt : Math.min(lost.startedAt, startedAt);
    lost.until = Math.max(lost.until, startedAt);
    lost.count += 1;
  }

  send(write: (frames: FrameWriter) => void, when: 'soon' | 'now'): void {
    write(this.#frames);
    if (this.#frames.used >= postAtBytes) this.#post();
    else this.#schedule(when);
  }

  durable(number: number): Promise<void> {
    if (!this.#strict) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  counters(): Counters {
    const [complete, partial, gap] = (['complete', 'partial', 'gap'] as const).map((field) => this.status.get(field));
    const recorded = { complete: complete ?? 0, partial: partial ?? 0, gap: (gap ?? 0) + this.#lostMeanwhile.count };
    const open = Math.max(0, this.#started - recorded.complete - recorded.partial - recorded.gap);
    return { started: this.#started, ...recorded, open };
  }

  async metrics(): Promise<string> {
    return metricsText({
      counters: this.counters(),
      status: this.status,
      lagBytes: this.lagBytes,
      bodiesLeftOut: this.#bodiesLeftOut,
    });
  }

  async stop(timeoutMs: number): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#thread.untilReady(timeoutMs);
    this.#post();
    await this.#thread.stop(timeoutMs);
    this.#durable([...this.#waiting.keys()]);
  }

  #schedule(when: 'soon' | 'now'): void {
    if (this.#scheduled === 'now' || this.#scheduled === when) return;
    this.#scheduled = when;
    if (when === 'now') setImmediate(() => this.#post());
    else this.#timer = setTimeout(() => this.#post(), patienceMs).unref();
  }

  #post(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#scheduled = 'no';
    const message = this.#frames.take();
    if (!message) return;
    this.#posted += message.length;
    this.#thread.post(message);
  }

  #durable(numbers: number[]): void {
    for (const number of numbers) {
      this.#waiting.get(number)?.();
      this.#waiting.delete(number);
    }
  }

  /** What was on its way is lost with the worker; its successor counts it from the journal and `startedSoFar`. */
  #workerDown(): void {
    this.#frames = new FrameWriter();
    this.#posted = 0;
    this.status.set('handledBytes', 0);
    this.#durable([...this.#waiting.keys()]);
  }

  #workerReady(): void {
    if (this.#listener) this.#thread.wantSummaries();
    this.#events.sendAgain();
    const lost = this.#lostMeanwhile;
    this.#lostMeanwhile = { count: 0, startedAt: 0, until: 0 };
    if (lost.count > 0) this.send((frames) => frames.json('lost', 0, { ...lost, reason: 'recorder_crash' }), 'now');
  }

  /** Under a new boot id everything is counted anew. */
  #beginAgain(): void {
    this.#started = 0;
    for (const field of ['complete', 'partial', 'gap'] as const) this.status.set(field, 0);
  }
}
