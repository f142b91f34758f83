// A small file that only takes up room. On a full disk it is given up, so that the running segment can still be sealed and
// delivered, which frees the disk; without it a full disk would stay full for good.
import { AppendFile } from './append-file.ts';
import type { Files } from './directory.ts';

const ballastBytes = 64 * 1024;

export class Ballast {
  readonly #path: string;
  readonly #files: Files;
  #held = false;

  constructor(path: string, files: Files) {
    this.#path = path;
    this.#files = files;
  }

  /** Takes the room up. Does nothing when the disk has none: then there is none to give up either. */
  hold(): void {
    if (this.#held) return;
    try {
      const file = new AppendFile(this.#path, 'w', this.#files);
      try {
        file.append('ballast '.repeat(ballastBytes / 8));
        this.#held = true;
      } finally {
        file.close();
      }
    } catch {
      this.drop();
    }
  }

  drop(): void {
    this.#held = false;
    try {
      this.#files.rmSync(this.#path, { force: true });
    } catch {
      // A disk that cannot even remove a file has told so at the last write already.
    }
  }
}
