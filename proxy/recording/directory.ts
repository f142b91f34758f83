// How the recording folder is laid out, and the few file operations everyone here needs. The file system is an argument
// so that a test can hand in a full or a broken disk.
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** The part of node:fs that recording writes through. */
export type Files = Pick<
  typeof fs,
  'openSync' | 'writeSync' | 'ftruncateSync' | 'closeSync' | 'fdatasync' | 'fsync' | 'renameSync' | 'rmSync'
>;

export interface SegmentFile {
  name: string;
  boot: string;
  sequence: number;
  state: 'open' | 'sealed';
}

export const segmentName = (boot: string, sequence: number): string => `${boot}-${String(sequence).padStart(8, '0')}`;

/** Reads `<boot>-<sequence>.open|.ndjson`; null for anything else that lies in the folder. */
export function parseSegmentFile(file: string): SegmentFile | null {
  const match = /^(([a-z0-9]{8,32})-(\d{8}))\.(open|ndjson)$/.exec(file);
  if (!match) return null;
  const [, name, boot, digits, suffix] = match as unknown as [string, string, string, string, string];
  return { name, boot, sequence: Number(digits), state: suffix === 'open' ? 'open' : 'sealed' };
}

export class RecordingDirectory {
  readonly root: string;
  readonly segments: string;
  readonly refused: string;

  constructor(root: string) {
    this.root = path.resolve(root);
    this.segments = path.join(this.root, 'segments');
    this.refused = path.join(this.root, 'refused');
  }

  /** Makes what is missing, readable for this user alone. Throws the file system's error. */
  create(): void {
    for (const folder of [this.root, this.segments, this.refused])
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  openPath = (name: string): string => path.join(this.segments, `${name}.open`);
  sealedPath = (name: string): string => path.join(this.segments, `${name}.ndjson`);
  refusedPath = (name: string): string => path.join(this.refused, `${name}.ndjson`);
  journalPath = (boot: string): string => path.join(this.root, `open-${boot}.ndjson`);
  lockPath = (boot: string): string => path.join(this.root, `${boot}.pid`);
  claimPath = (boot: string): string => path.join(this.root, `${boot}.claim`);
  ballastPath = (boot: string): string => path.join(this.root, `${boot}.ballast`);

  /** Segment files, oldest first; of one boot or of all. */
  list(boot?: string): SegmentFile[] {
    const files = fs.readdirSync(this.segments).flatMap((file) => parseSegmentFile(file) ?? []);
    return files.filter((file) => !boot || file.boot === boot).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every boot that left anything here: a lock, a journal, a claim, a ballast or a segment. */
  boots(): string[] {
    const named = fs.readdirSync(this.root).flatMap((file) => {
      const match = /^(?:open-([a-z0-9]{8,32})\.ndjson|([a-z0-9]{8,32})\.(?:pid|claim|ballast))$/.exec(file);
      return match ? [match[1] ?? match[2] ?? ''] : [];
    });
    return [...new Set([...named, ...this.list().map((file) => file.boot)])].sort();
  }
}

export const fdatasync = (files: Files, fd: number): Promise<void> => promisify(files.fdatasync)(fd);

/** Makes renames inside a folder survive a power cut (fsync(2): the entry is not on disk until the folder is). */
export async function syncDirectory(files: Files, folder: string): Promise<void> {
  const fd = files.openSync(folder, 'r');
  try {
    await promisify(files.fsync)(fd);
  } finally {
    files.closeSync(fd);
  }
}

/** Writes all of it at `position`, however little the system takes at a time. Throws the file system's error. */
export function writeFully(files: Files, fd: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    const count = files.writeSync(fd, bytes, written, bytes.length - written, position + written);
    if (count === 0) throw Object.assign(new Error('ENOSPC: the system took no bytes'), { code: 'ENOSPC' });
    written += count;
  }
}

export const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
export const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException | null)?.code ?? '';
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
