// What ingest promises to a proxy: what was confirmed goes in exactly once, whatever the store does in between.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIngest, type Ingest, type IngestLimits } from '../../collector/ingest/ingest.ts';
import { segmentName, segmentText } from '../clickhouse/records.ts';
import { createMemoryStore, type MemoryStore, refusedByEngine, unavailable } from './memory-store.ts';

let directory: string;
let store: MemoryStore;
let ingest: Ingest;
let problems: string[];

const start = async (limits: Partial<IngestLimits> = {}): Promise<Ingest> =>
  createIngest({
    directory,
    store,
    clock: Date.now,
    onProblem: (message) => problems.push(message),
    limits: { retry: { firstMs: 1, mostMs: 2 }, reserveBytes: 0, ...limits },
  });

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-ingest-'));
  store = createMemoryStore();
  problems = [];
  ingest = await start();
});
afterEach(async () => {
  await ingest.stop();
  await rm(directory, { recursive: true, force: true });
});

const body = (text: string | Buffer): Readable => Readable.from([Buffer.from(text)]);
const drained = (): Promise<void> =>
  vi.waitFor(() => expect(ingest.waiting()).toBe(0), { timeout: 10_000, interval: 2 });
const onDisk = (folder: string): Promise<string[]> => readdir(path.join(directory, folder));
const line = (number: number): string => `{"kind":"exchange","number":${number}}`;
const lines = (...numbers: number[]): string => numbers.map((number) => `${line(number)}\n`).join('');
const dead = async (file: string): Promise<{ line: number; problem: string; text?: string; base64?: string }[]> =>
  (await readFile(path.join(directory, 'dead', file), 'utf8'))
    .trim()
    .split('\n')
    .map((letter) => JSON.parse(letter));

describe('accepting', () => {
  it('confirms a segment once it is on disk, and inserts it under its name', async () => {
    const text = segmentText(1, { count: 5 });
    expect(await ingest.accept(segmentName(1), body(text))).toEqual({
      segment: segmentName(1),
      records: 6,
      duplicate: false,
    });
    await drained();
    expect(store.tokens).toEqual([segmentName(1)]);
    expect(store.lines.map((one) => `${one}\n`).join('')).toBe(text);
  });

  it('leaves no file behind once ClickHouse has acknowledged', async () => {
    await ingest.accept(segmentName(1), body(lines(1)));
    await drained();
    await vi.waitFor(async () => expect(await onDisk('incoming')).toEqual([]));
  });

  it('answers duplicate for a name it knows: waiting, inserted, and after a restart', async () => {
    store.fault = () => ({ error: unavailable(), committed: false });
    const again = () => ingest.accept(segmentName(1), body(lines(1, 2)));
    expect(await again()).toMatchObject({ duplicate: false });
    expect(await again()).toEqual({ segment: segmentName(1), records: 2, duplicate: true });
    store.fault = () => null;
    await drained();
    expect(await again()).toMatchObject({ duplicate: true });
    await ingest.stop();
    ingest = await start();
    expect(await again()).toMatchObject({ duplicate: true });
    expect(store.lines).toHaveLength(2);
  });

  it('takes a name once when it is sent twice at the same time', async () => {
    const receipts = await Promise.all([1, 2, 3].map(() => ingest.accept(segmentName(1), body(lines(1)))));
    expect(receipts.filter((receipt) => !receipt.duplicate)).toHaveLength(1);
    await drained();
    expect(store.lines).toHaveLength(1);
  });

  it('takes the second sending when the first is cut off', async () => {
    const torn = new Readable({ read: () => undefined });
    torn.push(lines(1));
    const first = ingest.accept(segmentName(1), torn);
    const second = ingest.accept(segmentName(1), body(lines(1, 2)));
    torn.destroy(new Error('aborted'));
    await expect(first).rejects.toMatchObject({ name: 'IngestError', kind: 'broken' });
    expect(await second).toMatchObject({ duplicate: false, records: 2 });
    await drained();
    expect(store.lines).toHaveLength(2);
  });

  it.each(['', '../../etc/passwd', 'bootbootboot-1', 'BOOTBOOT-00000001', 'bootboot-00000001.part'])(
    'refuses the name "%s"',
    async (name) => {
      await expect(ingest.accept(name, body(lines(1)))).rejects.toMatchObject({ kind: 'name' });
    },
  );

  it('refuses more than the limit, and keeps nothing of it', async () => {
    await ingest.stop();
    ingest = await start({ segmentBytes: 100 });
    await expect(ingest.accept(segmentName(1), body(lines(1, 2, 3, 4, 5)))).rejects.toMatchObject({
      kind: 'too_large',
    });
    expect(await onDisk('incoming')).toEqual([]);
  });

  it('says busy, and when to come back, while too much waits', async () => {
    await ingest.stop();
    ingest = await start({ waitingSegments: 2 });
    store.fault = () => ({ error: unavailable(), committed: false });
    await ingest.accept(segmentName(1), body(lines(1)));
    await ingest.accept(segmentName(2), body(lines(2)));
    const refused = ingest.accept(segmentName(3), body(lines(3)));
    await expect(refused).rejects.toMatchObject({ kind: 'busy', retryAfterSeconds: 5 });
    store.fault = () => null;
    await drained();
    expect(await ingest.accept(segmentName(3), body(lines(3)))).toMatchObject({ duplicate: false });
  });

  it('keeps disk space free for ClickHouse', async () => {
    await ingest.stop();
    ingest = await start({ reserveBytes: Number.MAX_SAFE_INTEGER });
    await expect(ingest.accept(segmentName(1), body(lines(1)))).rejects.toMatchObject({ kind: 'disk' });
  });

  it('finds the same lines however the bytes are cut', async () => {
    let sequence = 0;
    const text = `${line(1)}\n\nnot json – ü 漢\n${line(2)}\r\n{"kind":"novelty"}\n {"number":3,"kind":"gap"} \n${line(4)}`;
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        sequence += 1;
        const edges = [0, ...cuts.sort((one, other) => one - other), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        const before = store.lines.length;
        const receipt = await ingest.accept(segmentName(sequence), Readable.from(chunks));
        expect(receipt.records).toBe(4);
        await drained();
        expect(store.lines.slice(before).map((one) => JSON.parse(one).number)).toEqual([1, 2, 3, 4]);
        const letters = await dead(`${segmentName(sequence)}.intake.ndjson`);
        expect(letters.map((letter) => [letter.line, letter.text])).toEqual([
          [3, 'not json – ü 漢'],
          [5, '{"kind":"novelty"}'],
        ]);
      }),
      { numRuns: 25 },
    );
  });
});

describe('inserting', () => {
  it.each([false, true])(
    'tries again under the same name until acknowledged (committed in secret: %s)',
    async (committed) => {
      let failures = 5;
      store.fault = () => (failures-- > 0 ? { error: unavailable(), committed } : null);
      await ingest.accept(segmentName(1), body(lines(1, 2, 3)));
      await drained();
      expect(store.tokens).toEqual([segmentName(1)]);
      expect(store.lines).toHaveLength(3);
      expect(problems).toEqual([
        'nobody answered It stays on disk and is tried again until it is in.',
        'ClickHouse takes segments again',
      ]);
    },
  );

  it('inserts the oldest first', async () => {
    const release = store.hold();
    for (const sequence of [1, 2, 3, 4]) await ingest.accept(segmentName(sequence), body(lines(sequence)));
    release();
    await drained();
    expect(store.tokens).toEqual([1, 2, 3, 4].map((sequence) => segmentName(sequence)));
  });

  it('lets the others pass a segment that ClickHouse keeps refusing', async () => {
    store.fault = (token) => (token === segmentName(1) ? { error: refusedByEngine(), committed: false } : null);
    for (const sequence of [1, 2, 3]) await ingest.accept(segmentName(sequence), body(lines(sequence)));
    await vi.waitFor(() => expect(store.tokens).toEqual([segmentName(2), segmentName(3)]));
    await vi.waitFor(() => expect(ingest.waiting()).toBe(1));
    expect(problems).toEqual(['memory limit It stays on disk and is tried again until it is in.']);
    store.fault = () => null;
    await drained();
    expect(store.lines).toHaveLength(3);
  });

  it('goes on after a restart with what was not acknowledged', async () => {
    store.fault = () => ({ error: unavailable(), committed: true });
    for (const sequence of [1, 2, 3]) await ingest.accept(segmentName(sequence), body(lines(sequence)));
    await ingest.stop();
    await writeFile(path.join(directory, 'incoming', `${segmentName(9)}.part`), 'half a segm');
    store.fault = () => null;
    ingest = await start();
    await drained();
    expect(store.lines.sort()).toEqual([line(1), line(2), line(3)]);
    await vi.waitFor(async () => expect(await onDisk('incoming')).toEqual([]));
  });

  it('forgets the end of a ledger that was torn, and nothing else', async () => {
    await ingest.accept(segmentName(1), body(lines(1)));
    await drained();
    await ingest.stop();
    const ledger = path.join(directory, 'ledger.txt');
    await writeFile(ledger, `${await readFile(ledger, 'utf8')}bootbootboot 2-2 17`);
    ingest = await start();
    expect(await ingest.accept(segmentName(1), body(lines(1)))).toMatchObject({ duplicate: true });
    expect(await ingest.accept(segmentName(2), body(lines(2)))).toMatchObject({ duplicate: false });
  });
});

describe('poison', () => {
  const mixed = (count: number, poisoned: number[]): string =>
    Array.from({ length: count }, (_, index) =>
      poisoned.includes(index) ? `{"kind":"exchange","POISON":${index}}` : line(index),
    ).join('\n');

  it('is set aside line by line, and everything else goes in exactly once', async () => {
    let sequence = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(39), { maxLength: 6 }),
        async (count, chosen) => {
          sequence += 1;
          const poisoned = [...new Set(chosen.filter((index) => index < count))].sort((one, other) => one - other);
          const before = store.lines.length;
          await ingest.accept(segmentName(sequence), body(mixed(count, poisoned)));
          await drained();
          const good = Array.from({ length: count }, (_, index) => index).filter((index) => !poisoned.includes(index));
          expect(store.lines.slice(before)).toEqual(good.map(line));
          if (poisoned.length === 0) return;
          const letters = await dead(`${segmentName(sequence)}.ndjson`);
          expect(letters.map((letter) => letter.line)).toEqual(poisoned.map((index) => index + 1));
          expect(letters[0]).toMatchObject({ problem: 'cannot parse', text: expect.stringContaining('POISON') });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('goes in exactly once even when every insert is interrupted after it was done', async () => {
    const failed = new Set<string>();
    store.fault = (token) => {
      if (failed.has(token)) return null;
      failed.add(token);
      return { error: unavailable(), committed: true };
    };
    await ingest.accept(segmentName(1), body(mixed(16, [3, 9])));
    await drained();
    expect(store.lines).toHaveLength(14);
    expect(new Set(store.lines).size).toBe(14);
    expect(ingest.deadRecords()).toBe(2);
  });

  it('is not doubled by a newer version that can read it: parts stay parts', async () => {
    // The first quarter goes in, then the store goes away in the middle of the bisection.
    store.fault = (token) => (token.endsWith(':4-8') ? { error: unavailable(), committed: false } : null);
    await ingest.accept(segmentName(1), body(mixed(16, [7])));
    await vi.waitFor(() => expect(store.tokens).toContain(`${segmentName(1)}:0-4`));
    await ingest.stop();

    const [tokens, taken] = [store.tokens, store.lines];
    store = createMemoryStore(() => false);
    store.tokens.push(...tokens);
    store.lines.push(...taken);
    ingest = await start();
    await drained();
    expect(store.lines).toHaveLength(16);
    expect(new Set(store.lines).size).toBe(16);
    expect(ingest.deadRecords()).toBe(0);
  });

  it('is counted again after a restart', async () => {
    await ingest.accept(segmentName(1), body(`${mixed(4, [0, 2])}\nnot json`));
    await drained();
    expect(ingest.deadRecords()).toBe(3);
    await ingest.stop();
    ingest = await start();
    expect(ingest.deadRecords()).toBe(3);
  });

  it('keeps bytes that are no text', async () => {
    await ingest.accept(segmentName(1), body(Buffer.from([0xff, 0xfe, 0x41, 0x0a])));
    await drained();
    expect(await dead(`${segmentName(1)}.intake.ndjson`)).toMatchObject([{ line: 1, base64: '//5B' }]);
  });
});

describe('listeners', () => {
  it('see the exchanges of each segment that went in, and may fail without harm', async () => {
    const seen: unknown[] = [];
    ingest.onIngested(() => {
      throw new Error('listener broke');
    });
    const leave = ingest.onIngested(async (segment) => {
      for await (const { number } of segment.exchanges()) seen.push([segment.name, number]);
    });
    await ingest.accept(segmentName(1), body(`${lines(1, 2)}{"kind":"seal"}\n`));
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    leave();
    await ingest.accept(segmentName(2), body(lines(3)));
    await drained();
    await ingest.stop();
    expect(seen).toEqual([
      [segmentName(1), 1],
      [segmentName(1), 2],
    ]);
    expect(problems).toContainEqual(`a listener failed on segment ${segmentName(1)}: listener broke`);
  });
});

it('counts what it does', async () => {
  await ingest.accept(segmentName(1), body(`${lines(1, 2)}broken\n`));
  await ingest.accept(segmentName(1), body(lines(1)));
  await drained();
  await vi.waitFor(async () => expect(await ingest.metrics()).toContain('sightline_ingest_records_total 2'));
  const text = await ingest.metrics();
  expect(text).toContain('sightline_ingest_segments_total 1');
  expect(text).toContain('sightline_ingest_duplicates_total 1');
  expect(text).toContain('sightline_ingest_segments_waiting 0');
  expect(text).toContain('sightline_ingest_dead_records 1');
});

it('refuses while stopping', async () => {
  await mkdir(directory, { recursive: true });
  await ingest.stop();
  await expect(ingest.accept(segmentName(5), body(lines(1)))).rejects.toMatchObject({ kind: 'stopping' });
  ingest = await start();
});
