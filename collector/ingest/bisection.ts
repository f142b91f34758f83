// Finds the lines of a segment that ClickHouse cannot read and takes in all others. Every part goes in under a
// token of its own, `<segment>:<from>-<to>`, and every split is on disk before its halves go in: after a crash, or with a
// newer version that reads more, the same parts go in under the same tokens, so nothing is doubled.
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from '../../clickhouse/store.ts';
import { StoreError } from '../../clickhouse/store-error.ts';
import { syncDirectory } from './durable-file.ts';
import type { BadLine } from './line-sieve.ts';

export interface Bisection {
  segment: string;
  file: string;
  store: Pick<Store, 'insertSegment'>;
}

const splitsFile = (file: string): string => `${file}.splits`;

/** True when this segment was being bisected when the process ended: it must never go in whole. */
export async function isSplit(file: string): Promise<boolean> {
  return (await readSplits(file)) !== null;
}

/**
 * Inserts every readable line, and returns the others. Rejects with the store's error when it is not about content: call
 * again later. Afterwards call `forgetSplits`.
 */
export async function insertByParts({ segment, file, store }: Bisection): Promise<BadLine[]> {
  const lines = splitLines(await readFile(file));
  const splits = (await readSplits(file)) ?? new Set<string>();
  const journal = await open(splitsFile(file), 'a');
  const noteSplit = async (range: string): Promise<void> => {
    if (splits.has(range)) return;
    await journal.write(`${range}\n`);
    await journal.datasync();
    splits.add(range);
  };
  const unreadable: BadLine[] = [];

  const insert = async (from: number, to: number): Promise<void> => {
    const range = `${from}-${to}`;
    const problem = splits.has(range) ? 'split' : await attempt(`${segment}:${range}`, lines.slice(from, to));
    if (problem === null) return;
    if (to - from === 1) {
      unreadable.push({ number: from + 1, problem, bytes: lines[from]! });
      return;
    }
    await noteSplit(range);
    const middle = (from + to) >> 1;
    await insert(from, middle);
    await insert(middle, to);
  };

  const attempt = async (token: string, part: Buffer[]): Promise<string | null> => {
    const partFile = `${file}.part`;
    await writeFile(partFile, Buffer.concat(part.flatMap((line) => [line, Buffer.from('\n')])));
    try {
      await store.insertSegment(token, partFile);
      return null;
    } catch (error) {
      if (error instanceof StoreError && error.kind === 'poison') return error.message;
      throw error;
    } finally {
      await rm(partFile, { force: true });
    }
  };

  try {
    await syncDirectory(path.dirname(file));
    // The whole is known to be unreadable: that is why this function was called.
    if (lines.length > 1) await noteSplit(`0-${lines.length}`);
    await insert(0, lines.length);
  } finally {
    await journal.close();
  }
  return unreadable;
}

export const forgetSplits = (file: string): Promise<void> => rm(splitsFile(file), { force: true });

async function readSplits(file: string): Promise<Set<string> | null> {
  try {
    const text = await readFile(splitsFile(file), 'utf8');
    return new Set(text.split('\n').slice(0, -1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
