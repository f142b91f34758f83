// Test files run as processes side by side; what they do to the machine itself, such as unpacking a browser, takes turns.
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A turn that lasts longer belonged to a process that was killed. */
const abandonedAfterMs = 120_000;

/** Does the work while no other process does work under the same lock, a folder that exists for as long as a turn lasts. */
export async function oneAtATime<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  while (!take(lock)) await sleep(100);
  try {
    return await work();
  } finally {
    drop(lock);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const taken = statSync(lock, { throwIfNoEntry: false });
    if (taken && Date.now() - taken.mtimeMs > abandonedAfterMs) drop(lock);
    return false;
  }
}

function drop(lock: string): void {
  try {
    rmdirSync(lock);
  } catch {
    // Somebody else found it abandoned first.
  }
}
