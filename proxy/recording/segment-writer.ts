// Appends record lines to the current segment and seals it: last line, fdatasync, rename, fsync of the folder.
// Knows nothing of what the lines say; the caller brings the seal line.
import { AppendFile } from './append-file.ts';
import {
  errorCode,
  type Files,
  fdatasync,
  messageOf,
  type RecordingDirectory,
  segmentName,
  syncDirectory,
} from './directory.ts';
import type { SerialLane } from './serial-lane.ts';

export interface SegmentWriterOptions {
  directory: RecordingDirectory;
  boot: string;
  /** Sequence number of the first segment. */
  sequence: number;
  limits: { records: number; bytes: number };
  lane: SerialLane;
  files: Files;
  /** Puts on disk whatever must be there before a segment may leave: the journal's marks for its lines. */
  beforeNaming(): Promise<void>;
  /** A sealed segment is on disk under its final name. */
  onSealed(name: string, bytes: number): void;
  onProblem(message: string): void;
}

export class SegmentWriter {
  sequence: number;
  /** Lines in the current segment. */
  records = 0;
  #file: AppendFile | null = null;
  /** Sealed, but renaming failed: tried again with every `retry()`. */
  readonly #unnamed: { name: string; file: AppendFile }[] = [];
  readonly #options: SegmentWriterOptions;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.sequence = options.sequence;
  }

  get name(): string {
    return segmentName(this.#options.boot, this.sequence);
  }

  /** Every sealed segment has its final name. */
  get settled(): boolean {
    return this.#unnamed.length === 0;
  }

  get bytes(): number {
    return this.#file?.size ?? 0;
  }

  /** True when the segment should be sealed before `more` further bytes go in. */
  full(more = 0): boolean {
    const { records, bytes } = this.#options.limits;
    return this.records > 0 && (this.records >= records || this.bytes + more > bytes);
  }

  /** One write(2) for the batch, all or nothing. Throws the file system's error. Returns the bytes written. */
  append(lines: string[]): number {
    this.#file ??= new AppendFile(this.#options.directory.openPath(this.name), 'wx', this.#options.files);
    const written = this.#file.append(lines.join(''));
    this.records += lines.length;
    return written;
  }

  /** What was appended so far is on disk when this resolves. Runs inside the lane. */
  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  /** Writes the last lines and begins the next segment at once; the rest happens in the lane. Throws when they cannot be written. */
  seal(lines: string[]): number {
    const written = this.append(lines);
    const sealed = { name: this.name, file: this.#file! };
    this.#file = null;
    this.records = 0;
    this.sequence += 1;
    this.#unnamed.push(sealed);
    this.retry();
    return written;
  }

  /** Gives sealed segments their final names, in order. */
  retry(): void {
    if (this.#unnamed.length === 0) return;
    const { lane, onProblem } = this.#options;
    lane
      .run(() => this.#nameSealed())
      .catch((error) =>
        onProblem(
          `A sealed segment could not be put in place (${messageOf(error)}); it stays on disk and is tried again.`,
        ),
      );
  }

  /** Closes without sealing: the file is left as a dead proxy would leave it, for recovery. */
  abandon(): void {
    this.#file?.close();
    this.#file = null;
  }

  async #nameSealed(): Promise<void> {
    const { directory, files, beforeNaming, onSealed, onProblem } = this.#options;
    for (let next = this.#unnamed[0]; next; next = this.#unnamed[0]) {
      await fdatasync(files, next.file.fd);
      await beforeNaming();
      try {
        files.renameSync(directory.openPath(next.name), directory.sealedPath(next.name));
      } catch (error) {
        // Someone took this boot for dead and recovered the segment: it is theirs to deliver now.
        if (errorCode(error) !== 'ENOENT') throw error;
        onProblem(`Segment ${next.name} was taken over by another proxy that shares this folder.`);
      }
      await syncDirectory(files, directory.segments);
      this.#unnamed.shift();
      next.file.close();
      onSealed(next.name, next.file.size);
    }
  }
}
