// The recording room as the worker uses it: the books of this boot, delivery, what dead boots left, and the clock that
// drives them. Knows nothing of HTTP servers or of what a record says. Nothing throws out of it after it has opened.
import fs from 'node:fs';
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { Counters } from '../../contract/segment.ts';
import { Allowance, type Blocked } from './allowance.ts';
import { type Before, Book, type Ending, type Loss } from './book.ts';
import { beat, describeProcess, takeLock } from './boot-lock.ts';
import { type Files, messageOf, RecordingDirectory } from './directory.ts';
import { Leftovers } from './leftovers.ts';
import { recoverBoot } from './recovery.ts';
import { Shipper, type ShipperOptions } from './shipper.ts';

export interface RecordingOptions {
  directory: string;
  boot: string;
  /** Of the process that holds the boot. */
  pid: number;
  configuration: RecordingConfiguration;
  /** Room on the disk left to others. */
  reserveBytes?: number;
  /** Set when this boot's recorder crashed and begins again: how many exchanges had started by then. */
  resume?: { started: number };
  onProblem(message: string): void;
  /** This boot was taken for dead and its files were given to another proxy: nothing more may be written under it. */
  onFenced?: () => void;
  files?: Files;
  freeBytes?: (folder: string) => Promise<number>;
  now?: () => number;
  shipping?: Pick<ShipperOptions, 'pauseMs' | 'answerTimeoutMs' | 'random'>;
}

export interface RecordingStatus {
  counters: Counters;
  blocked: Blocked | null;
  waitingSegments: number;
  waitingBytes: number;
  delivered: number;
  refused: number;
  lastSuccessAt: number | null;
}

const tickMs = 100;
const beatEveryTicks = 10;
const sweepEveryTicks = 150;
const recountEveryTicks = 600;
const defaultReserveBytes = 32 * 1024 * 1024;

/** Makes the folder, takes the boot's lock and begins to deliver. Rejects with the file system's error when it cannot. */
export async function openRecording(options: RecordingOptions): Promise<Recording> {
  const directory = new RecordingDirectory(options.directory);
  directory.create();
  const { boot, pid, resume, onProblem } = options;
  const now = (options.now ?? Date.now)();
  if (!resume) takeLock(directory, boot, describeProcess(pid));
  const before = resume ? await recoverBoot({ directory, boot, now, onProblem, started: resume.started }) : null;
  const recording = new Recording(options, directory, before);
  await recording.begin();
  return recording;
}

export class Recording {
  readonly #options: RecordingOptions;
  readonly #directory: RecordingDirectory;
  readonly #allowance: Allowance;
  readonly #book: Book;
  readonly #shipper: Shipper;
  readonly #leftovers: Leftovers;
  readonly #now: () => number;
  #ticks = 0;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: RecordingOptions, directory: RecordingDirectory, before: Before | null) {
    const { boot, configuration, onProblem, files = fs, now = Date.now } = options;
    const { allowanceBytes, collectorUrl, ingestKey } = configuration;
    const { reserveBytes = defaultReserveBytes, freeBytes } = options;
    this.#options = options;
    this.#directory = directory;
    this.#now = now;
    this.#allowance = new Allowance({ directory, allowanceBytes, reserveBytes, freeBytes });
    this.#shipper = new Shipper({
      ...{ ...options.shipping, directory, boot, collectorUrl, ingestKey, onProblem },
      onGone: ({ bytes }) => this.#allowance.delivered(bytes),
    });
    this.#leftovers = new Leftovers({ directory, boot, now, clock: () => performance.now(), onProblem });
    this.#book = new Book({
      ...{ directory, boot, configuration, files, now, before, onProblem, allowance: this.#allowance },
      onSealed: (name) => {
        this.#allowance.sealed();
        this.#shipper.add([name]);
      },
    });
  }

  /** Looks at the disk, picks up what lies there, and starts the clock. */
  async begin(): Promise<void> {
    this.#allowance.recount();
    await this.#allowance.lookAtDisk();
    const own = this.#directory.list(this.#options.boot);
    this.#shipper.add(own.filter(({ state }) => state === 'sealed').map(({ name }) => name));
    this.#sweep();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** An exchange runs: `record` makes the redacted line that would stand for it, should this process die; asked once or never. */
  started(number: number, record: () => string): void {
    this.#book.started(number, record);
  }

  /** It ended, and its line, without line feed, is its record. */
  ended(ending: Ending): void {
    this.#book.ended(ending);
  }

  /** A line beside the exchanges, that no counter counts; `told` hears soon whether it stands in the segment. */
  event(line: string, told: (written: boolean) => void): void {
    this.#book.event(line, told);
  }

  /** Exchanges that started and cannot be recorded; `running` are those among them that `started` was called for. */
  lost(loss: Loss, running: number[] = []): void {
    this.#book.lost(loss, running);
  }

  /** Resolves when everything told so far is on disk, or counted as lost. Never rejects. */
  flushed(): Promise<void> {
    return this.#book.flushed();
  }

  counters(): Counters {
    return this.#book.counters();
  }

  status(): RecordingStatus {
    const { delivered, refused, lastSuccessAt } = this.#shipper;
    const { waitingSegments, waitingBytes } = this.#allowance;
    return {
      ...{ counters: this.counters(), blocked: this.#allowance.blocked() },
      ...{ waitingSegments, waitingBytes, delivered, refused, lastSuccessAt },
    };
  }

  /** Records what still runs as partial, seals, and waits at most `timeoutMs` for the collector. Never rejects. */
  async stop(timeoutMs: number): Promise<void> {
    const { boot, onProblem } = this.#options;
    if (this.#timer) clearInterval(this.#timer);
    const finished = await this.#book.finish();
    await this.#sweeping;
    this.#shipper.hurry();
    await within(timeoutMs, this.#shipper.drained());
    await this.#shipper.stop();
    try {
      await this.#book.close(finished);
      fs.rmSync(this.#directory.lockPath(boot), { force: true });
    } catch (error) {
      onProblem(`The lock of this run could not be removed (${messageOf(error)}); the next run sees to it.`);
    }
  }

  #tick(): void {
    this.#ticks += 1;
    this.#book.tick();
    if (this.#ticks % beatEveryTicks === 0) this.#everySecond();
    if (this.#ticks % sweepEveryTicks === 0) this.#sweep();
    if (this.#ticks % recountEveryTicks === 0) this.#allowance.recount();
  }

  #everySecond(): void {
    const { boot, onFenced } = this.#options;
    this.#book.mend();
    void this.#allowance.lookAtDisk();
    if (!beat(this.#directory, boot, this.#now())) onFenced?.();
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(async () => {
      this.#shipper.add(await this.#leftovers.sweep());
    });
  }
}

async function within(timeoutMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
