// Remembers which segments ClickHouse has acknowledged, longer than its deduplication window does, so that one sent again
// days later is still known. Append-only text, `<boot> <first>-<last> <epoch milliseconds>` per line, folded into ranges.
import { open, readFile } from 'node:fs/promises';
import { writeDurably } from './durable-file.ts';

export interface Ledger {
  has(segment: string): boolean;
  /** Resolves when it is on disk. */
  add(segment: string): Promise<void>;
  close(): Promise<void>;
}

interface Boot {
  /** Sorted, disjoint, not touching: [first, last] sequence numbers. */
  ranges: [number, number][];
  seenAt: number;
}

/** A proxy sends again within minutes; boots that were silent for this long are forgotten. */
const keptMs = 90 * 24 * 3600 * 1000;
const foldAfterLines = 20_000;
const linePattern = /^([a-z0-9]{8,32}) (\d+)-(\d+) (\d+)$/;

export async function openLedger(file: string, clock: () => number): Promise<Ledger> {
  const boots = parse(await readOrEmpty(file));
  for (const [name, boot] of boots) if (boot.seenAt < clock() - keptMs) boots.delete(name);
  await writeDurably(file, print(boots));
  let handle = await open(file, 'a');
  let appended = 0;
  let last: Promise<void> = Promise.resolve();

  const append = async (boot: string, sequence: number): Promise<void> => {
    const now = clock();
    await handle.write(`${boot} ${sequence}-${sequence} ${now}\n`);
    await handle.datasync();
    include(boots, boot, { first: sequence, last: sequence, at: now });
    appended += 1;
    if (appended < foldAfterLines) return;
    await handle.close();
    await writeDurably(file, print(boots));
    handle = await open(file, 'a');
    appended = 0;
  };

  return {
    has(segment) {
      const [boot, sequence] = split(segment);
      return boots.get(boot)?.ranges.some(([first, end]) => first <= sequence && sequence <= end) ?? false;
    },
    add(segment) {
      const [boot, sequence] = split(segment);
      const done = last.then(() => append(boot, sequence));
      last = done.catch(() => undefined);
      return done;
    },
    async close() {
      await last;
      await handle.close();
    },
  };
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parse(text: string): Map<string, Boot> {
  const boots = new Map<string, Boot>();
  // A line without its line feed is torn: it was never confirmed to anyone.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, boot, first, last, at] = linePattern.exec(line) ?? [];
    if (boot) include(boots, boot, { first: Number(first), last: Number(last), at: Number(at) });
  }
  return boots;
}

const print = (boots: Map<string, Boot>): string =>
  [...boots]
    .flatMap(([name, { ranges, seenAt }]) => ranges.map(([first, last]) => `${name} ${first}-${last} ${seenAt}\n`))
    .join('');

function include(boots: Map<string, Boot>, name: string, added: { first: number; last: number; at: number }): void {
  const boot = boots.get(name) ?? { ranges: [], seenAt: 0 };
  let { first, last } = added;
  const apart = boot.ranges.filter(([from, to]) => to < first - 1 || from > last + 1);
  for (const [from, to] of boot.ranges) {
    if (to < first - 1 || from > last + 1) continue;
    first = Math.min(first, from);
    last = Math.max(last, to);
  }
  const ranges = [...apart, [first, last] as [number, number]].sort((one, other) => one[0] - other[0]);
  boots.set(name, { ranges, seenAt: Math.max(boot.seenAt, added.at) });
}

function split(segment: string): [boot: string, sequence: number] {
  const dash = segment.lastIndexOf('-');
  return [segment.slice(0, dash), Number(segment.slice(dash + 1))];
}
