// Takes segments in and brings them to ClickHouse exactly once: own durable copy first, then the answer to the proxy, then
// the insert. Everything it knows is on disk, so a kill at any moment costs nothing but doing the last step again.
import { mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Store } from '../../clickhouse/store.ts';
import { SegmentName, type SegmentReceipt } from '../../contract/segment.ts';
import { openDeadLetters } from './dead-letters.ts';
import { IngestError } from './ingest-error.ts';
import { type IngestListener, ingestedSegment } from './ingested-segment.ts';
import { maxSegmentBytes, takeIn } from './intake.ts';
import { openLedger } from './ledger.ts';
import { createIngestMetrics } from './metrics.ts';
import { createQueue, type WaitingSegment } from './queue.ts';
import type { RetryDelays } from './retry.ts';

export interface IngestOptions {
  /** Folder of ingest's own; made when missing. */
  directory: string;
  store: Pick<Store, 'insertSegment'>;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
  limits?: Partial<IngestLimits>;
}

export interface IngestLimits {
  /** Beyond either, accept() says busy. */
  waitingSegments: number;
  waitingBytes: number;
  /** Decoded bytes of one segment. */
  segmentBytes: number;
  /** Disk space that stays free for ClickHouse, which needs room even to delete. */
  reserveBytes: number;
  retry: RetryDelays;
}

export interface Ingest {
  /**
   * Takes one segment in. Resolves once it is durable here; ClickHouse follows. A name that was taken in before answers
   * `duplicate: true` and changes nothing. Rejects with an IngestError. `stream` carries decoded bytes.
   */
  accept(name: string, stream: Readable): Promise<SegmentReceipt>;
  /** Segments that are durable here and not yet in ClickHouse. */
  waiting(): number;
  /** How long the oldest of them has waited, in milliseconds; null when none does. */
  lagMs(): number | null;
  /** Records set aside, in all dead-letter files. */
  deadRecords(): number;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Called with every segment that went in; returns how to stop that. Without listeners no file is read for it. */
  onIngested(listener: IngestListener): () => void;
  /** Refuses new segments, ends the insert that runs, leaves the rest on disk. */
  stop(): Promise<void>;
}

const defaults: IngestLimits = {
  waitingSegments: 512,
  waitingBytes: 2 * 1024 ** 3,
  segmentBytes: maxSegmentBytes,
  reserveBytes: 256 * 1024 ** 2,
  retry: { firstMs: 250, mostMs: 15_000 },
};

/** Also takes up what an earlier run left: every durable segment is inserted (again) under its own token. */
export async function createIngest(options: IngestOptions): Promise<Ingest> {
  const { store, clock, onProblem } = options;
  const limits: IngestLimits = { ...defaults, ...options.limits };
  const directory = path.join(options.directory, 'incoming');
  await mkdir(directory, { recursive: true });
  const deadLetters = await openDeadLetters(path.join(options.directory, 'dead'));
  const ledger = await openLedger(path.join(options.directory, 'ledger.txt'), clock);
  const listeners = new Set<IngestListener>();
  const arriving = new Map<string, Promise<WaitingSegment>>();
  let stopping = false;

  const metrics = createIngestMetrics(() => {
    const { segments, bytes, oldestSince } = queue.waiting();
    const lagSeconds = oldestSince === null ? 0 : (clock() - oldestSince) / 1000;
    return { segments, bytes, lagSeconds, dead: deadLetters.count() };
  });

  const tell = async (segment: WaitingSegment): Promise<void> => {
    metrics.segmentIn(segment.records, clock());
    const offered = ingestedSegment(segment.name, segment.file);
    await Promise.all([...listeners].map((listener) => tellOne(listener, offered, onProblem)));
  };

  const queue = createQueue({
    store,
    ledger,
    deadLetters,
    delays: limits.retry,
    clock,
    onProblem,
    onDone: tell,
    onFailure: metrics.failed,
  });
  for (const left of await leftovers(directory, clock)) queue.add(left);

  const refuseWhenBusy = async (): Promise<void> => {
    if (stopping) throw new IngestError('stopping', 'the collector is shutting down', { retryAfterSeconds: 5 });
    const { segments, bytes } = queue.waiting();
    if (segments + arriving.size >= limits.waitingSegments || bytes >= limits.waitingBytes) {
      const found = `${segments} segments (${bytes} bytes) wait for ClickHouse already. Look at /readyz for why.`;
      throw new IngestError('busy', found, { retryAfterSeconds: 5 });
    }
    const { bavail, bsize } = await statfs(directory);
    if (bavail * bsize < limits.reserveBytes) {
      const found = `only ${bavail * bsize} bytes are free where ${directory} is. Free disk space; nothing is lost.`;
      throw new IngestError('disk', found, { retryAfterSeconds: 30 });
    }
  };

  const takeInOnce = async (name: string, stream: Readable): Promise<WaitingSegment> => {
    const taken = await takeIn({ name, stream, directory, deadLetters, maxBytes: limits.segmentBytes });
    const segment = { name, ...taken, since: clock() };
    queue.add(segment);
    return segment;
  };

  const accept = async (name: string, stream: Readable): Promise<SegmentReceipt> => {
    if (!SegmentName.safeParse(name).success) {
      throw new IngestError('name', `"${name.slice(0, 80)}" is not a segment name; expected <boot>-<8 digits>`);
    }
    // The same name may be on its way already: the first one decides, and only if it fails the second is needed.
    const earlier = await arriving.get(name)?.catch(() => undefined);
    if (earlier || queue.find(name) || ledger.has(name)) {
      metrics.duplicate();
      return { segment: name, records: await countLines(stream), duplicate: true };
    }
    if (arriving.has(name)) return accept(name, stream);
    const taking = refuseWhenBusy().then(() => takeInOnce(name, stream));
    arriving.set(name, taking);
    try {
      const { records } = await taking;
      return { segment: name, records, duplicate: false };
    } finally {
      arriving.delete(name);
    }
  };

  return {
    async accept(name, stream) {
      // A sender may go away before reading begins; without a listener that would end the process. Reading reports it too.
      stream.on('error', () => undefined);
      try {
        return await accept(name, stream);
      } catch (error) {
        // Whoever sends must not hang on a body that nobody reads.
        stream.resume();
        if (error instanceof IngestError) metrics.refused(error.kind);
        throw error;
      }
    },
    waiting: () => queue.waiting().segments,
    lagMs() {
      const { oldestSince } = queue.waiting();
      return oldestSince === null ? null : clock() - oldestSince;
    },
    deadRecords: () => deadLetters.count(),
    metrics: () => metrics.text(),
    onIngested(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopping = true;
      await Promise.allSettled(arriving.values());
      await queue.stop();
      await ledger.close();
    },
  };
}

/** Durable segments of an earlier run, oldest first; halves of files are removed, nobody was told they had arrived. */
async function leftovers(directory: string, clock: () => number): Promise<WaitingSegment[]> {
  const found: (WaitingSegment & { age: number })[] = [];
  const entries = new Set(await readdir(directory));
  for (const entry of entries) {
    const file = path.join(directory, entry);
    const orphan = entry.endsWith('.splits') && !entries.has(entry.replace(/\.splits$/, ''));
    if (orphan || entry.endsWith('.part')) await rm(file, { force: true });
    if (!entry.endsWith('.ndjson')) continue;
    const { size, mtimeMs } = await stat(file);
    const segment = {
      name: entry.replace(/\.ndjson$/, ''),
      file,
      records: newlines(await readFile(file)),
      bytes: size,
    };
    found.push({ ...segment, since: clock(), age: mtimeMs });
  }
  return found.sort((one, other) => one.age - other.age).map(({ age: _age, ...segment }) => segment);
}

async function countLines(stream: Readable): Promise<number> {
  let lines = 0;
  // The bytes are ignored either way; a body cut off is no reason to ask for them a third time.
  try {
    for await (const chunk of stream) lines += newlines(chunk as Buffer);
  } catch {}
  return lines;
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

async function tellOne(
  listener: IngestListener,
  segment: Parameters<IngestListener>[0],
  onProblem: (message: string) => void,
): Promise<void> {
  try {
    await listener(segment);
  } catch (error) {
    onProblem(
      `a listener failed on segment ${segment.name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
