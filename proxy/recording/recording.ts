// Writes records down so that none is lost, doubled or forgotten: segments, the journal of what is running, the count of
// what could not be written, and delivery. Knows nothing of HTTP servers or of what a record says. Nothing throws out of it
// after it has opened.
import fs from 'node:fs';
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { Counters, GapRecord, SealRecord } from '../../contract/segment.ts';
import { Allowance, type Blocked } from './allowance.ts';
import { Ballast } from './ballast.ts';
import { beat, describeProcess, takeLock } from './boot-lock.ts';
import { type Files, messageOf, RecordingDirectory } from './directory.ts';
import { Leftovers } from './leftovers.ts';
import { type GapMark, OpenJournal } from './open-journal.ts';
import { recoverBoot } from './recovery.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SerialLane } from './serial-lane.ts';
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

export interface Loss {
  count: number;
  /** Epoch milliseconds of the first and the last exchange lost. */
  startedAt: number;
  until: number;
  reason: string;
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

interface Ending {
  number: number;
  line: string;
  startedAt: number;
  partial: boolean;
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
  readonly #ballast: Ballast;
  readonly #lane = new SerialLane();
  readonly #journal: OpenJournal;
  readonly #writer: SegmentWriter;
  readonly #shipper: Shipper;
  readonly #leftovers: Leftovers;
  readonly #now: () => number;
  readonly #counted = { complete: 0, partial: 0, gap: 0 };
  #openCount = 0;
  #gap: GapRecord | null = null;
  #starting: { number: number; record: string }[] = [];
  #ending: Ending[] = [];
  #commitScheduled = false;
  #queuedSync: Promise<void> | null = null;
  /** Since when there is something that no seal has told yet; null when there is nothing. */
  #changedAt: number | null = null;
  #ticks = 0;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();
  #toldBlocked: Blocked | null = null;

  constructor(options: RecordingOptions, directory: RecordingDirectory, before: Before | null) {
    const { boot, configuration, onProblem, files = fs, now = Date.now } = options;
    this.#options = options;
    this.#directory = directory;
    this.#now = now;
    this.#allowance = new Allowance({
      directory,
      allowanceBytes: configuration.allowanceBytes,
      reserveBytes: options.reserveBytes ?? defaultReserveBytes,
      freeBytes: options.freeBytes,
    });
    this.#ballast = new Ballast(directory.ballastPath(boot), files);
    this.#journal = new OpenJournal(directory.journalPath(boot), files);
    this.#writer = new SegmentWriter({
      directory,
      boot,
      sequence: before?.nextSequence ?? 0,
      limits: { records: configuration.sealAfterRecords, bytes: configuration.sealAfterBytes },
      lane: this.#lane,
      files,
      beforeNaming: () => this.#journal.sync(),
      onSealed: (name) => {
        this.#allowance.sealed();
        this.#shipper.add([name]);
      },
      onProblem,
    });
    this.#shipper = new Shipper({
      ...options.shipping,
      directory,
      boot,
      collectorUrl: configuration.collectorUrl,
      ingestKey: configuration.ingestKey,
      onGone: ({ bytes }) => this.#allowance.delivered(bytes),
      onProblem,
    });
    this.#leftovers = new Leftovers({ directory, boot, now, clock: () => performance.now(), onProblem });
    if (before) Object.assign(this.#counted, pickCounted(before.counters));
  }

  /** Looks at the disk, picks up what lies there, and starts the clock. */
  async begin(): Promise<void> {
    const { boot } = this.#options;
    if (this.#writer.sequence > 0)
      this.#journalNote({ seal: { sequence: this.#writer.sequence - 1, counters: this.counters() } });
    this.#ballast.hold();
    this.#allowance.recount();
    await this.#allowance.lookAtDisk();
    this.#shipper.add(this.#directory.list(boot).map(({ name }) => name));
    this.#sweep();
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** An exchange runs: `record` is the redacted line that would stand for it, should this process die now. */
  started(number: number, record: string): void {
    this.#openCount += 1;
    this.#starting.push({ number, record });
    this.#scheduleCommit();
  }

  /** It ended, and this line without line feed is its record. */
  ended(ending: Ending): void {
    this.#ending.push(ending);
    this.#scheduleCommit();
  }

  /** Exchanges that started and cannot be recorded; `running` are those among them that `started` was called for. */
  lost(loss: Loss, running: number[] = []): void {
    this.#openCount -= running.length;
    const gone = new Set(running);
    this.#starting = this.#starting.filter(({ number }) => !gone.has(number));
    this.#countGap(loss, running);
  }

  /** Resolves when everything told so far is on disk, or counted as lost. Never rejects. */
  flushed(): Promise<void> {
    this.#commit();
    return this.#sync();
  }

  counters(): Counters {
    const { complete, partial, gap } = this.#counted;
    const open = this.#openCount;
    return { started: complete + partial + gap + open, complete, partial, gap, open };
  }

  status(): RecordingStatus {
    const { delivered, refused, lastSuccessAt } = this.#shipper;
    const { waitingSegments, waitingBytes } = this.#allowance;
    return {
      counters: this.counters(),
      blocked: this.#allowance.blocked(),
      ...{ waitingSegments, waitingBytes, delivered, refused, lastSuccessAt },
    };
  }

  /** Records what still runs as partial, seals, and waits at most `timeoutMs` for the collector. Never rejects. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#commit();
    const startedAt = this.#now();
    for (const { number, record } of this.#journal.stillOpen()) {
      this.#ending.push({ number, line: record, startedAt, partial: true });
    }
    this.#allowance.allowRetry();
    this.#commit();
    const told = this.#changedAt === null && this.#writer.records === 0;
    const sealed = told || this.#seal();
    this.#writer.retry();
    await this.#lane.idle();
    await this.#sweeping;
    this.#shipper.hurry();
    await within(timeoutMs, this.#shipper.drained());
    await this.#shipper.stop();
    await this.#lane.idle();
    this.#release(sealed && this.#writer.settled);
  }

  #release(sealed: boolean): void {
    const { boot } = this.#options;
    this.#ballast.drop();
    this.#writer.abandon();
    try {
      this.#journal.close(sealed);
      fs.rmSync(this.#directory.lockPath(boot), { force: true });
    } catch (error) {
      this.#options.onProblem(
        `The lock of this run could not be removed (${messageOf(error)}); the next run sees to it.`,
      );
    }
  }

  #scheduleCommit(): void {
    this.#changedAt ??= this.#now();
    if (this.#commitScheduled) return;
    this.#commitScheduled = true;
    setImmediate(() => this.#commit());
  }

  /** Segment lines first, then the journal's marks for them: the other way round a crash between would lose a record. */
  #commit(): void {
    this.#commitScheduled = false;
    const [starting, ending] = [this.#starting, this.#ending];
    [this.#starting, this.#ending] = [[], []];
    const endedAtOnce = new Set(ending.map(({ number }) => number));
    for (const group of this.#groups(ending)) this.#write(group);
    const running = starting.filter(({ number }) => !endedAtOnce.has(number));
    if (running.length > 0) this.#journalNote({ started: running });
    if (this.#writer.full()) this.#seal();
  }

  #write(group: Ending[]): void {
    const numbers = group.map(({ number }) => number);
    this.#openCount -= group.length;
    const blocked = this.#allowance.blocked();
    if (blocked) {
      this.#tellBlocked(blocked);
      this.#loseEnded(group, blocked);
      return;
    }
    const lines = group.map(({ line }) => `${line}\n`);
    try {
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      if (this.#writer.full(bytes)) this.#seal();
      this.#allowance.wrote(this.#writer.append(lines));
    } catch (error) {
      this.#loseEnded(group, this.#writeFailed(error));
      return;
    }
    const partial = group.filter((ending) => ending.partial).length;
    this.#counted.partial += partial;
    this.#counted.complete += group.length - partial;
    // A seal on the way here has told what came before it, not this.
    this.#changedAt ??= this.#now();
    this.#journalNote({ ended: numbers });
  }

  /** Cut so that one group fits a segment. */
  #groups(ending: Ending[]): Ending[][] {
    const { sealAfterBytes, sealAfterRecords } = this.#options.configuration;
    const groups: Ending[][] = [];
    let size = Number.POSITIVE_INFINITY;
    for (const one of ending) {
      const last = groups.at(-1);
      if (last && size + one.line.length <= sealAfterBytes && last.length < sealAfterRecords) last.push(one);
      else {
        groups.push([one]);
        size = 0;
      }
      size += one.line.length;
    }
    return groups;
  }

  #loseEnded(group: Ending[], reason: string): void {
    const times = group.map(({ startedAt }) => startedAt);
    const numbers = group.map(({ number }) => number);
    this.#countGap({ count: group.length, startedAt: Math.min(...times), until: Math.max(...times), reason }, numbers);
  }

  /** Merged with what was lost since the last gap record. */
  #countGap({ count, startedAt, until, reason }: Loss, ended: number[]): void {
    this.#changedAt ??= this.#now();
    const gap = this.#gap ?? { kind: 'gap', boot: this.#options.boot, startedAt, until, count: 0, reason };
    gap.startedAt = Math.min(gap.startedAt, startedAt);
    gap.until = Math.max(gap.until, until);
    gap.count += count;
    this.#gap = gap;
    this.#counted.gap += count;
    const mark: GapMark = { total: this.#counted.gap, startedAt: gap.startedAt, until: gap.until, reason: gap.reason };
    this.#journalNote({ ended, gap: mark });
  }

  #journalNote(entries: Parameters<OpenJournal['append']>[0]): void {
    try {
      this.#journal.append(entries);
    } catch (error) {
      this.#writeFailed(error);
    }
  }

  #writeFailed(error: unknown): Blocked {
    const reason = this.#allowance.failed(error);
    if (this.#toldBlocked !== reason) {
      const { root } = this.#directory;
      this.#options.onProblem(
        `Recording cannot write to ${root} (${messageOf(error)}). What cannot be written is counted as a gap; make room or mend the disk.`,
      );
    }
    this.#toldBlocked = reason;
    return reason;
  }

  /** Closes the segment, if need be one that only tells the counters. False when the disk would not take the seal. */
  #seal(): boolean {
    try {
      this.#writeSeal();
      return true;
    } catch {
      this.#ballast.drop();
    }
    try {
      this.#writeSeal();
      return true;
    } catch (error) {
      this.#writeFailed(error);
      return false;
    }
  }

  #writeSeal(): void {
    const { boot } = this.#options;
    const { name: segment, sequence } = this.#writer;
    const counters = this.counters();
    const gap = this.#gap ? [`${JSON.stringify(this.#gap)}\n`] : [];
    const records = this.#writer.records + gap.length;
    const startedAt = this.#now();
    const seal: SealRecord = { kind: 'seal', boot, segment, sequence, startedAt, records, recovered: false, counters };
    this.#allowance.wrote(this.#writer.seal([...gap, `${JSON.stringify(seal)}\n`]));
    this.#gap = null;
    this.#changedAt = null;
    this.#journalNote({ seal: { sequence, counters } });
  }

  #sync(): Promise<void> {
    this.#queuedSync ??= this.#lane
      .run(async () => {
        this.#queuedSync = null;
        await this.#writer.sync();
        await this.#journal.sync();
      })
      .catch((error) => void this.#writeFailed(error));
    return this.#queuedSync;
  }

  #tick(): void {
    this.#ticks += 1;
    this.#commit();
    void this.#sync();
    const blocked = this.#allowance.blocked();
    const age = this.#changedAt === null ? -1 : this.#now() - this.#changedAt;
    if (age >= this.#options.configuration.sealAfterMs && (!blocked || this.#writer.records > 0)) this.#seal();
    if (this.#ticks % beatEveryTicks === 0) this.#everySecond(blocked);
    if (this.#ticks % sweepEveryTicks === 0) this.#sweep();
    if (this.#ticks % recountEveryTicks === 0) this.#allowance.recount();
  }

  #everySecond(blocked: Blocked | null): void {
    const { boot, onFenced } = this.#options;
    this.#allowance.allowRetry();
    this.#writer.retry();
    void this.#allowance.lookAtDisk();
    if (!blocked) this.#ballast.hold();
    this.#tellBlocked(blocked);
    if (!beat(this.#directory, boot, this.#now())) onFenced?.();
  }

  /** Once per reason and episode. */
  #tellBlocked(blocked: Blocked | null): void {
    const { configuration, onProblem } = this.#options;
    if (blocked && blocked !== this.#toldBlocked) {
      const what =
        configuration.whenFull === 'closed' ? 'calls are refused' : 'exchanges go on and are counted as a gap';
      onProblem(
        `Recording is held up (${blocked}): ${what} until the collector has taken segments or the disk has room.`,
      );
    }
    this.#toldBlocked = blocked;
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(async () => {
      this.#shipper.add(await this.#leftovers.sweep());
    });
  }
}

interface Before {
  counters: Counters;
  nextSequence: number;
}

const pickCounted = ({ complete, partial, gap }: Counters) => ({ complete, partial, gap });

async function within(timeoutMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
