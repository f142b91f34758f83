// The journal of running exchanges: one line when one starts, one mark when it ends, so that a later boot can tell what
// a dead one left unfinished. An end is marked only after its line stands in the segment; the other order would double.
import path from 'node:path';
import { z } from 'zod';
import { Counters } from '../../contract/segment.ts';
import { AppendFile } from './append-file.ts';
import { type Files, syncDirectory } from './directory.ts';

const rewriteAtBytes = 1024 * 1024;
const sealsKept = 8;

/** `total` counts since boot, so that a reader can tell what of it no gap record has told yet. */
export const GapMark = z.object({ total: z.number(), startedAt: z.number(), until: z.number(), reason: z.string() });
export type GapMark = z.infer<typeof GapMark>;

export interface JournalEntries {
  /** Number and the line that recovery would write for it, without line feed. */
  started?: { number: number; record: string }[];
  ended?: number[];
  gap?: GapMark;
  seal?: { sequence: number; counters: Counters };
}

export class OpenJournal {
  readonly #open = new Map<number, string>();
  readonly #seals: string[] = [];
  readonly #path: string;
  readonly #files: Files;
  #gap = '';
  #pending = '';
  #file: AppendFile | null = null;
  #rewriteAt = rewriteAtBytes;
  #renamed = false;

  constructor(file: string, files: Files) {
    this.#path = file;
    this.#files = files;
  }

  get openCount(): number {
    return this.#open.size;
  }

  has(number: number): boolean {
    return this.#open.has(number);
  }

  /** The lines of what is still running, oldest first. */
  stillOpen(): { number: number; record: string }[] {
    return [...this.#open].map(([number, record]) => ({ number, record }));
  }

  /** Throws the file system's error; what could not be written is kept and goes first with the next call. */
  append(entries: JournalEntries): void {
    this.#pending += this.#note(entries);
    this.#flush();
  }

  /** Everything noted is on disk when this resolves. Rejects with the file system's error. */
  async sync(): Promise<void> {
    this.#flush();
    await this.#file?.sync();
    if (!this.#renamed) return;
    this.#renamed = false;
    // Without this a power cut could bring the old journal back, whose ends are marked nowhere.
    await syncDirectory(this.#files, path.dirname(this.#path));
  }

  close(remove: boolean): void {
    this.#file?.close();
    this.#file = null;
    if (remove) this.#files.rmSync(this.#path, { force: true });
  }

  #flush(): void {
    if (!this.#pending) return;
    if (!this.#file || this.#file.size + this.#pending.length > this.#rewriteAt) {
      // A disk too full for a second file may still take a few more lines in the first.
      if (this.#rewrite() || !this.#file) return;
    }
    this.#file.append(this.#pending);
    this.#pending = '';
  }

  #note(entries: JournalEntries): string {
    let lines = '';
    for (const { number, record } of entries.started ?? []) {
      this.#open.set(number, record);
      lines += startLine(number, record);
    }
    for (const number of entries.ended ?? []) if (this.#open.delete(number)) lines += `{"end":${number}}\n`;
    if (entries.gap) {
      this.#gap = `${JSON.stringify({ gap: entries.gap })}\n`;
      lines += this.#gap;
    }
    if (entries.seal) {
      const line = `${JSON.stringify({ seal: entries.seal.sequence, counters: entries.seal.counters })}\n`;
      this.#seals.push(line);
      if (this.#seals.length > sealsKept) this.#seals.shift();
      lines += line;
    }
    return lines;
  }

  /** A new file with only what still matters takes the old one's place in one step. False: the old one goes on. */
  #rewrite(): boolean {
    const open = [...this.#open].map(([number, record]) => startLine(number, record));
    const fresh = new AppendFile(`${this.#path}.new`, 'w', this.#files);
    try {
      fresh.append([...this.#seals, this.#gap, ...open].join(''));
      this.#files.renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      fresh.close();
      this.#files.rmSync(`${this.#path}.new`, { force: true });
      if (!this.#file) throw error;
      this.#rewriteAt = this.#file.size * 2;
      return false;
    }
    this.#file?.close();
    this.#file = fresh;
    this.#renamed = true;
    this.#pending = '';
    this.#rewriteAt = Math.max(rewriteAtBytes, fresh.size * 2);
    return true;
  }
}

export interface JournalState {
  open: Map<number, unknown>;
  gap: GapMark | null;
  /** Counters at the seal of each remembered sequence number. */
  seals: Map<number, Counters>;
}

const Line = z.union([
  z.object({ open: z.number(), record: z.record(z.string(), z.unknown()) }),
  z.object({ end: z.number() }),
  z.object({ gap: GapMark }),
  z.object({ seal: z.number(), counters: Counters }),
]);

/** Reads a dead boot's journal. A torn or unreadable line is passed over: the worst is one unfinished exchange less. */
export function readJournal(text: string): JournalState {
  const state: JournalState = { open: new Map(), gap: null, seals: new Map() };
  for (const part of text.split('\n')) {
    const line = parseLine(part);
    if (!line) continue;
    if ('open' in line) state.open.set(line.open, line.record);
    else if ('end' in line) state.open.delete(line.end);
    else if ('gap' in line) state.gap = line.gap;
    else state.seals.set(line.seal, line.counters);
  }
  return state;
}

function parseLine(text: string): z.infer<typeof Line> | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const startLine = (number: number, record: string): string => `{"open":${number},"record":${record}}\n`;
