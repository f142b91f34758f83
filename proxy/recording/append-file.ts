// A file that only grows, and never by half a line: a write that fails is taken back before the error is told.
import { type Files, fdatasync, writeFully } from './directory.ts';

export class AppendFile {
  readonly path: string;
  readonly fd: number;
  size = 0;
  readonly #files: Files;
  #dirty = false;
  #syncing = 0;
  #closing = false;

  /** `flags`: 'wx' for a file that must be new, 'w' to begin again. Throws the file system's error. */
  constructor(path: string, flags: 'wx' | 'w', files: Files) {
    this.path = path;
    this.#files = files;
    this.fd = files.openSync(path, flags, 0o600);
  }

  /** Throws the file system's error; the file is then as long as it was. */
  append(text: string): number {
    const bytes = Buffer.from(text);
    try {
      writeFully(this.#files, this.fd, bytes, this.size);
    } catch (error) {
      this.#takeBack();
      throw error;
    }
    this.size += bytes.length;
    this.#dirty = true;
    return bytes.length;
  }

  /** What was appended so far is on disk when this resolves. Rejects with the file system's error. */
  async sync(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#syncing += 1;
    try {
      await fdatasync(this.#files, this.fd);
    } finally {
      this.#syncing -= 1;
      if (this.#closing && this.#syncing === 0) this.#files.closeSync(this.fd);
    }
  }

  /** Under a running sync the file closes when that has ended: its number may belong to another file at once. */
  close(): void {
    this.#closing = true;
    if (this.#syncing === 0) this.#files.closeSync(this.fd);
  }

  #takeBack(): void {
    try {
      this.#files.ftruncateSync(this.fd, this.size);
    } catch {
      // The next append writes over the same place, and recovery cuts a torn tail: nothing is lost by going on.
    }
  }
}
