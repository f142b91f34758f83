// Whether anything may be written now: bytes that wait for the collector against the allowance, room left on the disk
// against a reserve, and what the last write said. Full is left again only with some room to spare, so it cannot flutter.
import { statfs } from 'node:fs/promises';
import { errorCode, type RecordingDirectory, sizeOf } from './directory.ts';

export type Blocked = 'allowance' | 'disk_full' | 'write_error';

export interface AllowanceOptions {
  directory: RecordingDirectory;
  allowanceBytes: number;
  /** Bytes of the disk left to others. */
  reserveBytes: number;
  /** Bytes free on the disk of `folder`. */
  freeBytes?: (folder: string) => Promise<number>;
}

const resumeBelow = 0.9;
const fullDisk = new Set(['ENOSPC', 'EDQUOT']);

export class Allowance {
  /** Bytes of all segments in the folder, those of other proxies that share it included. */
  waitingBytes = 0;
  waitingSegments = 0;
  readonly #options: AllowanceOptions;
  #overAllowance = false;
  #diskLow = false;
  #writeFailed: Blocked | null = null;

  constructor(options: AllowanceOptions) {
    this.#options = options;
  }

  /** Why nothing may be written, or null. */
  blocked(): Blocked | null {
    if (this.#overAllowance) return 'allowance';
    if (this.#diskLow) return 'disk_full';
    return this.#writeFailed;
  }

  wrote(bytes: number): void {
    this.waitingBytes += bytes;
    this.#writeFailed = null;
    this.#compare();
  }

  delivered(bytes: number): void {
    this.waitingBytes = Math.max(0, this.waitingBytes - bytes);
    this.waitingSegments = Math.max(0, this.waitingSegments - 1);
    this.#compare();
  }

  /** A write failed: nothing further is tried until `allowRetry`. Returns the reason to give for what was lost. */
  failed(error: unknown): Blocked {
    this.#writeFailed = fullDisk.has(errorCode(error)) ? 'disk_full' : 'write_error';
    return this.#writeFailed;
  }

  /** Lets the next write try again after a failed one. */
  allowRetry(): void {
    this.#writeFailed = null;
  }

  sealed(): void {
    this.waitingSegments += 1;
  }

  /** Asks the disk how much room is left. Never rejects: what cannot be seen is left as it was. */
  async lookAtDisk(): Promise<void> {
    const free = await (this.#options.freeBytes ?? freeBytes)(this.#options.directory.segments).catch(() => null);
    if (free === null) return;
    const { reserveBytes } = this.#options;
    this.#diskLow = this.#diskLow ? free < reserveBytes * 1.25 : free < reserveBytes;
  }

  /** Counts the folder anew, so that what other proxies wrote and delivered is seen too. Never throws. */
  recount(): void {
    const { directory } = this.#options;
    try {
      const files = directory.list();
      const size = (name: string, open: boolean) =>
        sizeOf(open ? directory.openPath(name) : directory.sealedPath(name));
      this.waitingBytes = files.reduce((sum, { name, state }) => sum + size(name, state === 'open'), 0);
      this.waitingSegments = files.filter(({ state }) => state === 'sealed').length;
      this.#compare();
    } catch {
      // The folder cannot be listed just now; the running count stands in for it.
    }
  }

  #compare(): void {
    const { allowanceBytes } = this.#options;
    if (this.waitingBytes >= allowanceBytes) this.#overAllowance = true;
    else if (this.waitingBytes < allowanceBytes * resumeBelow) this.#overAllowance = false;
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
