// Reads a segment back after a crash: whole lines, whose exchanges they end, and the seal if it got that far.
import fs from 'node:fs';
import type { Counters } from '../../contract/segment.ts';
import { SealRecord } from '../../contract/segment.ts';

export interface SegmentReading {
  /** Readable lines without the seal, as they stand. */
  lines: string[];
  /** Numbers of the exchanges in it. */
  numbers: Set<number>;
  /** Lines that could not be read: torn by the crash. */
  dropped: number;
  seal: SealRecord | null;
}

interface Line {
  kind: string;
  number?: number;
  outcome?: string;
  count?: number;
}

/** Throws the file system's error. */
export function readSegment(path: string): SegmentReading {
  const reading: SegmentReading = { lines: [], numbers: new Set(), dropped: 0, seal: null };
  for (const text of fs.readFileSync(path, 'utf8').split('\n')) {
    if (text === '') continue;
    const line = parseLine(text);
    if (!line) reading.dropped += 1;
    else if (line.kind === 'seal') reading.seal = SealRecord.safeParse(line).data ?? null;
    else {
      reading.lines.push(text);
      if (line.kind === 'exchange' && line.number) reading.numbers.add(line.number);
    }
  }
  return reading;
}

/** Adds up what these lines tell, from `before` on. Nothing is open afterwards. */
export function countLines(lines: string[], before: Counters): Counters {
  const counters = { ...before };
  for (const text of lines) {
    const line = parseLine(text);
    if (line?.kind === 'gap') counters.gap += line.count ?? 0;
    else if (line?.kind !== 'exchange') continue;
    else if (line.outcome === 'partial') counters.partial += 1;
    else counters.complete += 1;
  }
  return { ...counters, started: counters.complete + counters.partial + counters.gap, open: 0 };
}

function parseLine(text: string): Line | null {
  try {
    const line = JSON.parse(text) as Line | null;
    return line && typeof line === 'object' && typeof line.kind === 'string' ? line : null;
  } catch {
    return null;
  }
}
