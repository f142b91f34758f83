// How fast the collector takes segments in, from HTTP to ClickHouse with every rollup, beside the engine's own
// INSERT … SELECT from memory into the same schema in this run; how long its event loop stands still meanwhile, what a byte
// of JSON weighs on disk, and how soon a fresh exchange can be seen under a steady load.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { zstdCompressSync } from 'node:zlib';
import { startCollector } from './collector-subject.ts';
import { median, percentile } from './load.ts';
import type { Subject } from './subject.ts';
import { type SyntheticSegment, segmentMaker } from './synthetic-records.ts';

const segmentsPerRound = 5;
const rounds = 4;
/** One more to warm up with. */
const segments = rounds * segmentsPerRound + 1;
/** Four kilobytes each: a proxy seals a segment at 8 MB. */
const recordsPerSegment = 2000;
const steadyPerSecond = 500;
const sightings = 40;

export interface IngestFigures {
  ratioToRawInsert: number;
  recordsPerSecond: number;
  rawInsertPerSecond: number;
  eventLoopP99Ms: number;
  eventLoopMaxMs: number;
  acknowledgedMs: number;
  diskToJson: number;
  visibleP50Ms: number;
  visibleP95Ms: number;
}

export async function ingest(say: (line: string) => void): Promise<IngestFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  let collector: Subject | undefined;
  let raw: RawInserts | undefined;
  try {
    say(
      `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores; making ${segments} segments of ${recordsPerSegment} records`,
    );
    const make = segmentMaker('benchproxy');
    const load = Array.from({ length: segments }, () => make(recordsPerSegment, 60_000));
    const jsonBytes = load.reduce((sum, { lines }) => sum + lines.length, 0);
    say(`  ${(jsonBytes / segments / recordsPerSegment).toFixed(0)} bytes of JSON a record`);
    const packed = load.map(({ name, lines }) => ({ name, body: zstdCompressSync(lines) }));

    raw = await startRawInserts(folder, load.slice(0, segmentsPerRound));
    collector = await startCollector(path.join(folder, 'collector'));
    const turns = await alternate({ raw, collector, packed, say });
    say(`steady load of ${steadyPerSecond} records/s, ${sightings} single exchanges looked for`);
    const seen = await sight(collector, make);
    await collector.stop();
    collector = undefined;
    const disk = await diskBytes(path.join(folder, 'collector'));
    return {
      ratioToRawInsert: round(median(turns.ratios), 2),
      recordsPerSecond: Math.round(median(turns.rates)),
      rawInsertPerSecond: Math.round(median(turns.raws)),
      eventLoopP99Ms: round(median(turns.eventLoopP99), 1),
      eventLoopMaxMs: round(Math.max(...turns.eventLoopMax), 1),
      acknowledgedMs: Math.round(median(turns.acknowledgedMs)),
      diskToJson: round(disk / (jsonBytes + seen.jsonBytes), 3),
      visibleP50Ms: Math.round(percentile(seen.visibleMs, 50)),
      visibleP95Ms: Math.round(percentile(seen.visibleMs, 95)),
    };
  } finally {
    await collector?.stop();
    await raw?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RawInserts {
  /** Records a second of one more round. */
  round(): Promise<number>;
  stop(): Promise<void>;
}

/** The reference, in a process and a store of its own. */
async function startRawInserts(folder: string, load: SyntheticSegment[]): Promise<RawInserts> {
  const data = path.join(folder, 'reference');
  mkdirSync(data);
  for (const { name, lines } of load) writeFileSync(path.join(data, `${name}.ndjson`), lines);
  const child = spawn('node', [path.join(import.meta.dirname, 'references/memory-insert.ts')], {
    env: { ...process.env, DATA: data, THREADS: String(availableParallelism()), TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the reference ended before its time');
    return value;
  };
  await next();
  return {
    async round() {
      child.stdin.write('again\n');
      const { rows, seconds } = JSON.parse(await next()) as { rows: number; seconds: number };
      return rows / seconds;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function put(collector: Subject, name: string, body: Buffer): Promise<void> {
  const answer = await fetch(`${collector.url}/v1/segments/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`PUT ${name}: ${answer.status} ${text}`);
}

async function ask<Answer>(collector: Subject, question: string): Promise<Answer> {
  const answer = await fetch(collector.url + question);
  if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Waits until the store holds `count` exchanges, two minutes at most. */
async function stored(collector: Subject, count: number): Promise<void> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const { exchanges } = await ask<{ exchanges: number }>(collector, '/api/status');
    if (exchanges >= count) return;
    await pause(50);
  }
  throw new Error(`the store did not hold ${count} exchanges within two minutes`);
}

interface Turns {
  rates: number[];
  raws: number[];
  ratios: number[];
  eventLoopP99: number[];
  eventLoopMax: number[];
  acknowledgedMs: number[];
}

/** Reference and collector in turn; each turn of the collector is held against the references before and after it. */
async function alternate(options: {
  raw: RawInserts;
  collector: Subject;
  packed: { name: string; body: Buffer }[];
  say: (line: string) => void;
}): Promise<Turns> {
  const { raw, collector, packed, say } = options;
  const turns: Turns = { rates: [], raws: [], ratios: [], eventLoopP99: [], eventLoopMax: [], acknowledgedMs: [] };
  await raw.round(); // warms the code up
  await takeAll(collector, packed.slice(0, 1), recordsPerSegment);
  let before = await raw.round();
  for (let from = 1; from + segmentsPerRound <= packed.length; from += segmentsPerRound) {
    const all = recordsPerSegment * (from + segmentsPerRound);
    const taken = await takeAll(collector, packed.slice(from, from + segmentsPerRound), all);
    const after = await raw.round();
    const rate = (recordsPerSegment * segmentsPerRound) / taken.seconds;
    const beside = (before + after) / 2;
    turns.rates.push(rate);
    turns.raws.push(beside);
    turns.ratios.push(rate / beside);
    turns.eventLoopP99.push(taken.eventLoop.p99);
    turns.eventLoopMax.push(taken.eventLoop.max);
    turns.acknowledgedMs.push(median(taken.acknowledgedMs));
    const shown = [before, rate, after].map((each) => each.toFixed(0)).join(', ');
    const { p99, max } = taken.eventLoop;
    say(`  raw, collector, raw: ${shown} records/s; event loop p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`);
    before = after;
  }
  return turns;
}

/** Everything at once, two segments on their way at a time, until the last row can be counted. */
async function takeAll(collector: Subject, packed: { name: string; body: Buffer }[], total: number) {
  await eventLoop(collector);
  const acknowledgedMs: number[] = [];
  const began = performance.now();
  const waiting = [...packed];
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const sent = performance.now();
      await put(collector, next.name, next.body);
      acknowledgedMs.push(performance.now() - sent);
    }
  };
  await Promise.all([sender(), sender()]);
  await stored(collector, total);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, acknowledgedMs, eventLoop: await eventLoop(collector) };
}

/** Milliseconds that the collector's event loop stood still since this was last asked. */
async function eventLoop(collector: Subject): Promise<{ p99: number; max: number }> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  const at = (quantile: string): number => {
    const line = new RegExp(`^sightline_collector_event_loop_delay_seconds\\{quantile="${quantile}"\\} (.+)$`, 'm');
    return Number(line.exec(text)?.[1]) * 1000;
  };
  return { p99: at('0.99'), max: at('1') };
}

/** Milliseconds from the answer to a PUT of one exchange until a list shows it, under a steady load. */
async function sight(collector: Subject, make: ReturnType<typeof segmentMaker>) {
  const alone = segmentMaker('benchsingle');
  const visibleMs: number[] = [];
  let jsonBytes = 0;
  let sighting = true;
  const steady = (async () => {
    while (sighting) {
      const began = performance.now();
      const { name, lines } = make(steadyPerSecond);
      jsonBytes += lines.length;
      await put(collector, name, zstdCompressSync(lines));
      await pause(Math.max(0, 1000 - (performance.now() - began)));
    }
  })();
  for (let turn = 0; turn < sightings; turn++) {
    const { name, lines, records } = alone(1, 1);
    const [record] = records as [(typeof records)[number]];
    jsonBytes += lines.length;
    await put(collector, name, zstdCompressSync(lines));
    const acknowledged = performance.now();
    const window = `from=${record.startedAt - 60_000}&to=${record.startedAt + 60_000}&limit=1`;
    const question = `/api/exchanges?${window}&user=${record.attribution.user}&session=${record.attribution.session}`;
    while (!(await ask<{ rows: { id: string }[] }>(collector, question)).rows.some(({ id }) => id === record.id)) {
      if (performance.now() - acknowledged > 30_000) throw new Error(`${record.id} was not visible within 30 s`);
      await pause(15);
    }
    visibleMs.push(performance.now() - acknowledged);
    await pause(350);
  }
  sighting = false;
  await steady;
  return { visibleMs: visibleMs.sort((a, b) => a - b), jsonBytes };
}

/** Bytes of all active parts: what the store weighs once replaced parts are gone. The collector must have ended. */
async function diskBytes(data: string): Promise<number> {
  const { openEmbeddedEngine } = await import('../clickhouse/embedded-engine.ts');
  const engine = await openEmbeddedEngine({ dataDirectory: path.join(data, 'clickhouse'), pid: process.pid });
  const sql = "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = 'sightline'";
  const [row] = await engine.query<{ bytes: number }>(sql);
  await engine.close();
  return Number(row?.bytes);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
