// Says which process holds the embedded store. The engine has a lock of its own but reports it only on stderr; this file
// turns it into a sentence that names the holder.
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { StoreError } from './store-error.ts';

interface Holder {
  pid: number;
  /** When the process started, so that a reused pid is not taken for the holder. Empty where /proc is missing. */
  born: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the lock file, or rejects with a StoreError that names the process holding it. A file left by a dead process is
 * taken over.
 */
export async function takeFolderLock(file: string, pid: number): Promise<FolderLock> {
  const own: Holder = { pid, born: bornAt(pid) };
  const draft = `${file}.${pid}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    // link() fails when the name exists and shows the file only with its content: two starters cannot both win.
    while (!(await linked(draft, file))) {
      const holder = await readHolder(file);
      if (holder && isAlive(holder)) throw heldBy(holder, file);
      await rm(file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => rm(file, { force: true }) };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Partial<Holder>;
    return Number.isInteger(holder.pid) && holder.pid! > 0
      ? { pid: holder.pid!, born: String(holder.born ?? '') }
      : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, born }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return born === '' || born === bornAt(pid);
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the name in field 2 may hold spaces and brackets, so count from its end. */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

const heldBy = ({ pid }: Holder, file: string): StoreError =>
  new StoreError(
    'unavailable',
    `The embedded store is in use by process ${pid} (${file}). Stop that process, or point SIGHTLINE_DATA at another folder; ` +
      'to share one store between processes run a ClickHouse server and set CLICKHOUSE_URL.',
  );
