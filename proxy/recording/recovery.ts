// Brings what a dead boot left behind into delivered order: the torn tail is cut, what was still running becomes `partial`,
// uncounted losses a gap, and a seal closes the books. Every step is a rename, so a kill anywhere leaves a state
// from which the same steps lead to the same end.
import fs from 'node:fs';
import type { Counters, GapRecord, SealRecord } from '../../contract/segment.ts';
import { AppendFile } from './append-file.ts';
import { type Files, fdatasync, type RecordingDirectory, segmentName, syncDirectory } from './directory.ts';
import { type JournalState, readJournal } from './open-journal.ts';
import { countLines, readSegment, type SegmentReading } from './segment-reading.ts';

export interface RecoveryOptions {
  directory: RecordingDirectory;
  boot: string;
  /** Epoch milliseconds. */
  now: number;
  files?: Files;
  /** Where the caller knows how many exchanges started: what is in no file is then counted as a gap. */
  started?: number;
  onProblem(message: string): void;
}

export interface Recovered {
  counters: Counters;
  /** The next unused sequence number of this boot. */
  nextSequence: number;
  partials: number;
}

const nothing: Counters = { started: 0, complete: 0, partial: 0, gap: 0, open: 0 };

/** Seals everything `boot` left and removes its journal. The boot must be dead and claimed. Throws file system errors. */
export async function recoverBoot(options: RecoveryOptions): Promise<Recovered> {
  const { directory, boot, files = fs } = options;
  const journal = readJournal(readIfThere(directory.journalPath(boot)));
  removeDebris(options);
  const left = directory.list(boot);
  const openFiles = left.filter(({ state }) => state === 'open');
  const tail = openFiles.at(-1);
  let counters = countersBefore(options, journal, openFiles[0]?.sequence ?? Number.POSITIVE_INFINITY);
  for (const { name, sequence } of openFiles.slice(0, -1)) {
    counters = await sealAsIs({ ...options, files }, { name, sequence, counters });
  }
  const last = await closeTail({ ...options, files }, { journal, counters, tail: tail?.sequence ?? null });
  await syncDirectory(files, directory.segments);
  files.rmSync(directory.journalPath(boot), { force: true });
  files.rmSync(directory.ballastPath(boot), { force: true });
  return last;
}

interface Tail {
  journal: JournalState;
  counters: Counters;
  /** Sequence number of the last segment left open, or null. */
  tail: number | null;
}

/** The last segment gets what the journal still knows; without one, a new segment does, if there is anything to tell. */
async function closeTail(options: RecoveryOptions & { files: Files }, state: Tail): Promise<Recovered> {
  const { directory, boot, files } = options;
  const sequence = state.tail ?? lastSequence(options, state.journal) + 1;
  const name = segmentName(boot, sequence);
  const reading = state.tail === null ? null : readSegment(directory.openPath(name));
  if (reading?.seal) {
    files.renameSync(directory.openPath(name), directory.sealedPath(name));
    const after = { journal: state.journal, counters: reading.seal.counters, tail: null };
    return closeTail(options, after);
  }
  const found = reading ?? { lines: [], numbers: new Set<number>(), dropped: 0, seal: null };
  tellDropped(options, name, found);
  const partials = unfinished(options, state.journal, found);
  const written = countLines([...found.lines, ...partials], state.counters);
  const gap = uncounted(options, state.journal, written);
  const counters = gap ? countLines([gap], written) : written;
  const lines = [...found.lines, ...partials, ...(gap ? [gap] : [])];
  if (lines.length === 0 && state.counters.open === 0) {
    files.rmSync(directory.openPath(name), { force: true });
    return { counters, nextSequence: sequence, partials: 0 };
  }
  await putInPlace(options, name, [...lines, sealLine(options, { sequence, records: lines.length, counters })]);
  return { counters, nextSequence: sequence + 1, partials: partials.length };
}

/** A segment that is not the last one: it was being sealed. Nothing is added but, where it is missing, the seal. */
async function sealAsIs(
  options: RecoveryOptions & { files: Files },
  { name, sequence, counters }: { name: string; sequence: number; counters: Counters },
): Promise<Counters> {
  const { directory, files } = options;
  const reading = readSegment(directory.openPath(name));
  if (reading.seal) {
    files.renameSync(directory.openPath(name), directory.sealedPath(name));
    return reading.seal.counters;
  }
  tellDropped(options, name, reading);
  const after = countLines(reading.lines, counters);
  await putInPlace(options, name, [
    ...reading.lines,
    sealLine(options, { sequence, records: reading.lines.length, counters: after }),
  ]);
  return after;
}

/** Whole content aside, then over the open file, then to its final name: sealed or not yet begun, never in between. */
async function putInPlace(options: RecoveryOptions & { files: Files }, name: string, lines: string[]): Promise<void> {
  const { directory, files } = options;
  const aside = `${directory.openPath(name)}.recovering`;
  const file = new AppendFile(aside, 'w', files);
  try {
    file.append(`${lines.join('\n')}\n`);
    await fdatasync(files, file.fd);
  } finally {
    file.close();
  }
  files.renameSync(aside, directory.openPath(name));
  files.renameSync(directory.openPath(name), directory.sealedPath(name));
}

/** Counters at the end of the segment before `sequence`: from its own seal, else as the journal remembers it. */
function countersBefore({ directory, boot }: RecoveryOptions, journal: JournalState, sequence: number): Counters {
  const known = new Map(journal.seals);
  const sealed = directory.list(boot).filter((file) => file.state === 'sealed' && file.sequence < sequence);
  const last = sealed.at(-1);
  const seal = last && readSegment(directory.sealedPath(last.name)).seal;
  if (last && seal) known.set(last.sequence, seal.counters);
  const before = [...known.keys()].filter((key) => key < sequence);
  return before.length === 0 ? nothing : (known.get(Math.max(...before)) ?? nothing);
}

function lastSequence({ directory, boot }: RecoveryOptions, journal: JournalState): number {
  return Math.max(-1, ...journal.seals.keys(), ...directory.list(boot).map(({ sequence }) => sequence));
}

/** Exchanges the journal has as running and no segment has as ended, as the lines the proxy prepared for this case. */
function unfinished({ directory, boot }: RecoveryOptions, journal: JournalState, tail: SegmentReading): string[] {
  if (journal.open.size === 0) return [];
  // The journal marks the ends of a segment before it is sealed there, so only later segments can hold unmarked ends.
  const marked = Math.max(-1, ...journal.seals.keys());
  const later = directory.list(boot).filter(({ state, sequence }) => state === 'sealed' && sequence >= marked);
  const ended = [tail, ...later.map(({ name }) => readSegment(directory.sealedPath(name)))];
  const open = [...journal.open].filter(([number]) => !ended.some(({ numbers }) => numbers.has(number)));
  return open.map(([, record]) => JSON.stringify(record));
}

/** A gap record's line for losses that were counted but in no segment yet, or null. */
function uncounted({ boot, now, started }: RecoveryOptions, journal: JournalState, written: Counters): string | null {
  const told = journal.gap && journal.gap.total > written.gap ? journal.gap : null;
  const known = (told?.total ?? written.gap) + written.complete + written.partial;
  const count = (told ? told.total - written.gap : 0) + Math.max(0, (started ?? known) - known);
  if (count === 0) return null;
  const reason = told?.reason ?? 'recorder_crash';
  const gap: GapRecord = {
    kind: 'gap',
    boot,
    startedAt: told?.startedAt ?? now,
    until: told?.until ?? now,
    count,
    reason,
  };
  return JSON.stringify(gap);
}

function sealLine(
  { boot, now }: RecoveryOptions,
  of: { sequence: number; records: number; counters: Counters },
): string {
  const segment = segmentName(boot, of.sequence);
  return JSON.stringify({ kind: 'seal', boot, segment, startedAt: now, recovered: true, ...of } satisfies SealRecord);
}

/** What an interrupted recovery or rewrite left aside; its origin still stands. */
function removeDebris({ directory, boot, files = fs }: RecoveryOptions): void {
  files.rmSync(`${directory.journalPath(boot)}.new`, { force: true });
  for (const { name, state } of directory.list(boot)) {
    if (state === 'open') files.rmSync(`${directory.openPath(name)}.recovering`, { force: true });
  }
}

function tellDropped({ onProblem }: RecoveryOptions, name: string, { dropped }: SegmentReading): void {
  if (dropped > 0)
    onProblem(`Segment ${name} ended in ${dropped} unreadable line(s) after a crash; they were left out.`);
}

function readIfThere(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
