// Which boots are alive, when several proxies, also in other containers, share one folder. A pid alone proves nothing: it is
// reused, and is 1 in every container. So a lock names the process by pid, start time and pid namespace, and beats.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { z } from 'zod';
import { errorCode, type RecordingDirectory } from './directory.ts';

/** A lock that is seen not to beat for this long is a dead boot's, where the process itself cannot be looked up. */
export const staleAfterMs = 30_000;

const Holder = z.object({ pid: z.number(), startTime: z.string(), namespace: z.string() });
export type Holder = z.infer<typeof Holder>;

/** This process as other processes can check it. Fields that the system does not tell are empty. */
export function describeProcess(pid: number): Holder {
  return { pid, startTime: startTimeOf(pid), namespace: namespace() };
}

/** Writes the lock of a boot that must be new. Throws the file system's error. */
export function takeLock(directory: RecordingDirectory, boot: string, holder: Holder): void {
  fs.writeFileSync(directory.lockPath(boot), JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
}

/** Called every second or so. Never throws. Returns false when the lock is gone: someone took this boot for dead. */
export function beat(directory: RecordingDirectory, boot: string, now: number): boolean {
  try {
    fs.utimesSync(directory.lockPath(boot), now / 1000, now / 1000);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ENOENT';
  }
}

/** Tells living boots from dead ones, and hands each dead one to a single heir. */
export class BootWatch {
  readonly #directory: RecordingDirectory;
  /** Monotonic milliseconds: a wall clock jumps when a suspended machine wakes, and would declare every neighbour dead. */
  readonly #clock: () => number;
  readonly #seen = new Map<string, { beatAt: number; since: number }>();

  constructor(directory: RecordingDirectory, clock: () => number) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** A boot without a lock is dead; one whose process cannot be looked up from here lives as long as its lock beats. */
  isAlive(boot: string): boolean {
    const lock = readLock(this.#directory.lockPath(boot));
    if (!lock) return false;
    const { holder } = lock;
    if (!holder || holder.namespace === '' || holder.namespace !== namespace()) return this.#beats(boot, lock.beatAt);
    return startTimeOf(holder.pid) === holder.startTime;
  }

  /**
   * Makes `heir` the one that recovers and delivers what `boot` left. False when a living boot does so already.
   * Throws the file system's error.
   */
  claim(boot: string, heir: string): boolean {
    const path = this.#directory.claimPath(boot);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        fs.writeFileSync(path, heir, { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const owner = readText(path);
      if (owner === heir) return true;
      if (owner === null) continue;
      if (this.isAlive(owner) || !takeAway(path, owner)) return false;
    }
    return false;
  }

  #beats(boot: string, beatAt: number): boolean {
    const now = this.#clock();
    const seen = this.#seen.get(boot);
    if (seen?.beatAt === beatAt) return now - seen.since < staleAfterMs;
    this.#seen.set(boot, { beatAt, since: now });
    return true;
  }
}

/** Removes a dead claimant's claim; when somebody else's was caught instead, it is put back. */
function takeAway(path: string, owner: string): boolean {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    fs.renameSync(path, aside);
    const caught = readText(aside);
    if (caught === owner) fs.rmSync(aside, { force: true });
    else fs.renameSync(aside, path);
    return caught === owner;
  } catch {
    return false;
  }
}

function readLock(path: string): { holder: Holder | null; beatAt: number } | null {
  try {
    const beatAt = fs.statSync(path).mtimeMs;
    const text = readText(path) ?? '';
    return { holder: parseHolder(text), beatAt };
  } catch {
    return null;
  }
}

function parseHolder(text: string): Holder | null {
  try {
    return Holder.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const readText = (path: string): string | null => {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** Kernel boot and pid namespace: where both are equal, pid and start time name one process. Empty off Linux. */
function namespace(): string {
  try {
    return `${readText('/proc/sys/kernel/random/boot_id')?.trim()} ${fs.readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/**
 * Field 22 of /proc/<pid>/stat, proc(5): start time in clock ticks since the kernel booted. Empty when there is no such
 * process, or only what is left of one that nobody has waited for (state Z or X).
 */
function startTimeOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  // Field 2 is the name in parentheses and may itself hold spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return /^[ZX]/.test(fields[0] ?? '') ? '' : (fields[19] ?? '');
}
