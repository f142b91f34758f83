// The books of one boot: what started, how it ended, and what was lost, written so that segments, journal and counters
// agree at every instant. Decides nothing about delivery. Nothing throws out of it.
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { Counters, GapRecord, SealRecord } from '../../contract/segment.ts';
import type { Allowance, Blocked } from './allowance.ts';
import { Ballast } from './ballast.ts';
import { type Files, messageOf, type RecordingDirectory } from './directory.ts';
import { type GapMark, OpenJournal } from './open-journal.ts';
import { SegmentWriter } from './segment-writer.ts';
import { SerialLane } from './serial-lane.ts';

export interface BookOptions {
  directory: RecordingDirectory;
  boot: string;
  configuration: RecordingConfiguration;
  allowance: Allowance;
  files: Files;
  now: () => number;
  /** What an earlier recorder of this boot had written before it crashed. */
  before: Before | null;
  onSealed(name: string): void;
  onProblem(message: string): void;
}

export interface Before {
  counters: Counters;
  nextSequence: number;
}

export interface Loss {
  count: number;
  /** Epoch milliseconds of the first and the last exchange lost. */
  startedAt: number;
  until: number;
  reason: string;
}

export interface Ending {
  number: number;
  line: string;
  startedAt: number;
  partial: boolean;
}

export class Book {
  readonly #options: BookOptions;
  readonly #ballast: Ballast;
  readonly #lane = new SerialLane();
  readonly #journal: OpenJournal;
  readonly #writer: SegmentWriter;
  #counted = { complete: 0, partial: 0, gap: 0 };
  #openCount = 0;
  #gap: GapRecord | null = null;
  #starting: { number: number; record: () => string }[] = [];
  #ending: Ending[] = [];
  #events: { line: string; told(written: boolean): void }[] = [];
  #commitScheduled = false;
  #queuedSync: Promise<void> | null = null;
  /** Since when there is something that no seal has told yet; null when there is nothing. */
  #changedAt: number | null = null;
  #toldBlocked: Blocked | null = null;

  constructor(options: BookOptions) {
    const { directory, boot, configuration, files, before, onSealed, onProblem } = options;
    this.#options = options;
    this.#ballast = new Ballast(directory.ballastPath(boot), files);
    this.#journal = new OpenJournal(directory.journalPath(boot), files);
    this.#writer = new SegmentWriter({
      ...{ directory, boot, files, onSealed, onProblem, lane: this.#lane },
      sequence: before?.nextSequence ?? 0,
      limits: { records: configuration.sealAfterRecords, bytes: configuration.sealAfterBytes },
      beforeNaming: () => this.#journal.sync(),
    });
    this.#ballast.hold();
    if (!before || before.nextSequence === 0) return;
    const { complete, partial, gap } = before.counters;
    this.#counted = { complete, partial, gap };
    this.#journalNote({ seal: { sequence: before.nextSequence - 1, counters: this.counters() } });
  }

  /**
   * An exchange runs: `record` makes the redacted line that would stand for it, should this process die. Most end before the
   * next commit and never need one.
   */
  started(number: number, record: () => string): void {
    this.#openCount += 1;
    this.#starting.push({ number, record });
    this.#scheduleCommit();
  }

  /** It ended, and this line without line feed is its record. */
  ended(ending: Ending): void {
    this.#ending.push(ending);
    this.#scheduleCommit();
  }

  /** A line beside the exchanges, that no counter counts; `told` hears at the next commit whether it stands in the segment. */
  event(line: string, told: (written: boolean) => void): void {
    this.#events.push({ line, told });
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

  /** Called often: writes what waits, brings it to disk, and seals what is due. */
  tick(): void {
    this.#commit();
    void this.#sync();
    const { allowance, configuration, now } = this.#options;
    const age = this.#changedAt === null ? -1 : now() - this.#changedAt;
    if (age >= configuration.sealAfterMs && (!allowance.blocked() || this.#writer.records > 0)) this.#seal();
  }

  /** Called every second: tries again what failed. */
  mend(): void {
    const { allowance } = this.#options;
    const blocked = allowance.blocked();
    allowance.allowRetry();
    this.#writer.retry();
    if (!blocked) this.#ballast.hold();
    this.#tellBlocked(blocked);
  }

  /** Records what still runs as partial and seals. False when not everything could be put in place: recovery will. */
  async finish(): Promise<boolean> {
    this.#commit();
    const startedAt = this.#options.now();
    for (const { number, record } of this.#journal.stillOpen()) {
      this.#ending.push({ number, line: record, startedAt, partial: true });
    }
    this.#options.allowance.allowRetry();
    this.#commit();
    const told = this.#changedAt === null && this.#writer.records === 0;
    const sealed = told || this.#seal();
    this.#writer.retry();
    await this.#lane.idle();
    return sealed && this.#writer.settled;
  }

  /** Gives up the files. `finished`: nothing is left for recovery, so the journal goes. Throws the file system's error. */
  async close(finished: boolean): Promise<void> {
    await this.#lane.idle();
    this.#ballast.drop();
    this.#writer.abandon();
    this.#journal.close(finished);
  }

  #scheduleCommit(): void {
    this.#changedAt ??= this.#options.now();
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
    if (running.length > 0) this.#journalNote({ started: running.map(lineOf) });
    this.#writeEvents();
    if (this.#writer.full()) this.#seal();
  }

  #write(group: Ending[]): void {
    const numbers = group.map(({ number }) => number);
    this.#openCount -= group.length;
    const blocked = this.#options.allowance.blocked();
    if (blocked) {
      this.#tellBlocked(blocked);
      this.#loseEnded(group, blocked);
      return;
    }
    const failed = this.#append(group);
    if (failed) {
      this.#loseEnded(group, failed);
      return;
    }
    const partial = group.filter((ending) => ending.partial).length;
    this.#counted.partial += partial;
    this.#counted.complete += group.length - partial;
    this.#journalNote({ ended: numbers });
  }

  #writeEvents(): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    const written = !this.#options.allowance.blocked() && this.#append(events) === null;
    for (const { told } of events) told(written);
  }

  /** Null, or why the disk would not take them. */
  #append(group: readonly { line: string }[]): Blocked | null {
    const lines = group.map(({ line }) => `${line}\n`);
    try {
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      if (this.#writer.full(bytes)) this.#seal();
      this.#options.allowance.wrote(this.#writer.append(lines));
    } catch (error) {
      return this.#writeFailed(error);
    }
    // A seal on the way here has told what came before it, not this.
    this.#changedAt ??= this.#options.now();
    return null;
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
    this.#changedAt ??= this.#options.now();
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
    const reason = this.#options.allowance.failed(error);
    if (this.#toldBlocked !== reason) {
      const { root } = this.#options.directory;
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
    const startedAt = this.#options.now();
    const seal: SealRecord = { kind: 'seal', boot, segment, sequence, startedAt, records, recovered: false, counters };
    this.#options.allowance.wrote(this.#writer.seal([...gap, `${JSON.stringify(seal)}\n`]));
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
}

const lineOf = ({ number, record }: { number: number; record: () => string }) => ({ number, record: record() });
