// Finds what dead boots left in the folder, recovers it, and names the segments that are now ours to deliver.
import { rmSync } from 'node:fs';
import { BootWatch } from './boot-lock.ts';
import { messageOf, type RecordingDirectory } from './directory.ts';
import { recoverBoot } from './recovery.ts';

export interface LeftoversOptions {
  directory: RecordingDirectory;
  /** The boot that inherits. */
  boot: string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Monotonic milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
}

export class Leftovers {
  readonly #options: LeftoversOptions;
  readonly #watch: BootWatch;
  readonly #inherited = new Set<string>();

  constructor(options: LeftoversOptions) {
    this.#options = options;
    this.#watch = new BootWatch(options.directory, options.clock);
  }

  /** Recovers every dead boot that nobody living has claimed. Returns the names of sealed segments to deliver. Never rejects. */
  async sweep(): Promise<string[]> {
    const { directory, boot: own, onProblem } = this.#options;
    const names: string[] = [];
    for (const boot of this.#others(own)) {
      try {
        names.push(...(await this.#inherit(boot)));
      } catch (error) {
        onProblem(
          `What proxy run ${boot} left in ${directory.root} could not be recovered yet (${messageOf(error)}). Its files stay as they are and are tried again.`,
        );
      }
    }
    return names;
  }

  async #inherit(boot: string): Promise<string[]> {
    const { directory, now, onProblem } = this.#options;
    if (!this.#inherited.has(boot)) {
      if (this.#watch.isAlive(boot) || !this.#watch.claim(boot, this.#options.boot)) return [];
      await recoverBoot({ directory, boot, now: now(), onProblem });
      rmSync(directory.lockPath(boot), { force: true });
      this.#inherited.add(boot);
    }
    const left = directory.list(boot);
    if (left.length > 0) return left.map(({ name }) => name);
    this.#inherited.delete(boot);
    rmSync(directory.claimPath(boot), { force: true });
    return [];
  }

  #others(own: string): string[] {
    try {
      return this.#options.directory.boots().filter((boot) => boot !== own);
    } catch {
      return [];
    }
  }
}
