// Records that cannot go in, set aside with the reason so that somebody can look and send them again. One file per
// segment and origin; writing it twice gives the same file.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from './durable-file.ts';
import type { BadLine } from './line-sieve.ts';

/** `intake`: was no record when it arrived. `insert`: ClickHouse would not read it. */
export type DeadLetterOrigin = 'intake' | 'insert';

export interface DeadLetters {
  set(segment: string, origin: DeadLetterOrigin, lines: BadLine[]): Promise<void>;
  /** All lines in all files. */
  count(): number;
}

export async function openDeadLetters(directory: string): Promise<DeadLetters> {
  await mkdir(directory, { recursive: true });
  const counts = new Map<string, number>();
  for (const file of await readdir(directory)) {
    if (file.endsWith('.ndjson')) counts.set(file, countLines(await readFile(path.join(directory, file))));
  }
  return {
    async set(segment, origin, lines) {
      if (lines.length === 0) return;
      const file = origin === 'intake' ? `${segment}.intake.ndjson` : `${segment}.ndjson`;
      await writeDurably(path.join(directory, file), lines.map((line) => toLetter(segment, line)).join(''));
      counts.set(file, lines.length);
    },
    count: () => [...counts.values()].reduce((sum, lines) => sum + lines, 0),
  };
}

function toLetter(segment: string, { number, problem, bytes }: BadLine): string {
  const text = bytes.toString('utf8');
  // Bytes that are no UTF-8 would not survive as text.
  const content = Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
  return `${JSON.stringify({ segment, line: number, problem, ...content })}\n`;
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}
