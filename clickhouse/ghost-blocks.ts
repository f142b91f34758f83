// Takes back, before the embedded store is opened, what its deduplication logs promise and its tables do not hold: blocks
// that a kill left announced but not written. Their segments come again, and the engine would skip them as known.
import { open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

export interface GhostSearch {
  /** Lines taken out of the logs; the torn end of a log counts as one. */
  forgotten: string[];
  /** What was not understood, and left as it was. */
  problems: string[];
}

/**
 * How much of the end of a log is looked at, some thousand lines: inserts go one at a time, so only the last block of a
 * table can be a ghost, and what may follow it are lines about parts that were dropped meanwhile.
 */
const newestBytes = 65_536;

const logName = /^deduplication_log_(\d+)\.txt$/;
const logLine = /^([12])\t([^\t]+)\t([^\t]+)$/;
/** <partition>_<first block>_<last block>_<level>[_<mutation>] */
const partName = /^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$/;

/**
 * To be called while nobody has the folder open; never rejects.
 *
 * chDB 3.4.0 (ClickHouse 26.7), as strace(1) shows it: for each part of an insert the engine appends
 * `1 <tab> part <tab> block id` to `<table>/deduplication_logs/deduplication_log_<n>.txt` and only then renames
 * `tmp_insert_<part>` to `<part>`. A kill between the two leaves a block id that is known and a part that is not there. It
 * has to be found before the engine runs: the engine counts blocks on from the parts it has, and gives the name away again.
 *
 * A part that its time to live or an operator has dropped looks the same, and is forgotten too. That is harmless: only a
 * segment that ClickHouse never acknowledged is inserted again, the collector's ledger knows all others.
 */
export async function forgetGhostBlocks(folder: string): Promise<GhostSearch> {
  const found: GhostSearch = { forgotten: [], problems: [] };
  const store = path.join(folder, 'store');
  const orSay = (where: string) => (error: unknown) => {
    found.problems.push(`The deduplication logs in ${where} were left as they are: ${String(error)}`);
  };
  const tables = (await tablesIn(store).catch(orSay(store))) ?? [];
  for (const table of tables) await searchTable(table, `${folder}.draft`, found).catch(orSay(table));
  return found;
}

/** Folders of tables are `store/<first three digits>/<uuid>`. */
async function tablesIn(store: string): Promise<string[]> {
  const groups = await entries(store);
  const tables = await Promise.all(
    groups.map(async (group) => (await entries(path.join(store, group))).map((name) => path.join(store, group, name))),
  );
  return tables.flat();
}

async function searchTable(table: string, draft: string, found: GhostSearch): Promise<void> {
  const directory = path.join(table, 'deduplication_logs');
  const numbers = (await entries(directory)).flatMap((name) => logName.exec(name)?.[1] ?? []).map(Number);
  if (numbers.length === 0) return;
  const isThere = coverage(await readdir(table));
  // A full log is followed by an empty one at once: then the last block stands at the end of the one before.
  for (const number of numbers.sort((one, other) => other - one)) {
    const file = path.join(directory, `deduplication_log_${number}.txt`);
    const { older, lines, torn } = splitLog(await readFile(file, 'latin1'));
    const added = lines.map(addedPart);
    const ghosts = lines.filter((_, at) => added[at] !== null && !isThere(added[at]!));
    if (ghosts.length > 0 || torn !== '') {
      const kept = lines.filter((line) => !ghosts.includes(line)).map((line) => `${line}\n`);
      await replaceFile(file, draft, older + kept.join(''));
      found.forgotten.push(...ghosts, ...(torn === '' ? [] : [torn]));
    }
    if (added.some((part) => part !== null)) return;
  }
}

/** `torn`: a last line without its end. It would run into the next one, and the engine reads no further than it understands. */
function splitLog(text: string): { older: string; lines: string[]; torn: string } {
  const from = text.length > newestBytes ? text.indexOf('\n', text.length - newestBytes) + 1 : 0;
  const lines = text.slice(from).split('\n');
  const torn = lines.pop() ?? '';
  return { older: text.slice(0, from), lines, torn };
}

/** The part that a line announces, null when it is about a dropped one. Throws when it is neither: then nothing is changed. */
function addedPart(line: string): string | null {
  const [, operation, part] = logLine.exec(line) ?? [];
  if (!part || !partName.test(part)) throw new Error(`this is not a record: ${line.slice(0, 200)}`);
  return operation === '1' ? part : null;
}

/** Whether a part is there, under its own name or merged into another. */
function coverage(names: string[]): (part: string) => boolean {
  const blocks = new Map<string, [first: number, last: number][]>();
  for (const name of names) {
    const [, partition, first, last] = partName.exec(name) ?? [];
    if (!partition) continue;
    const known = blocks.get(partition);
    if (known) known.push([Number(first), Number(last)]);
    else blocks.set(partition, [[Number(first), Number(last)]]);
  }
  return (part) => {
    const [, partition = '', first, last] = partName.exec(part) ?? [];
    return blocks.get(partition)?.some(([from, to]) => from <= Number(first) && Number(last) <= to) ?? false;
  };
}

/** The draft stands outside: the engine takes any file in the folder of its logs for a log, and fails over the name. */
async function replaceFile(file: string, draft: string, text: string): Promise<void> {
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(text, 'latin1');
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  const directory = await open(path.dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
}

/** Names in a folder; none when it is not there, or no folder. */
async function entries(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
