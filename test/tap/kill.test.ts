// kill -9 at random moments, in a real process, against a collector that loses answers: nothing lost, nothing doubled.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecording } from '../../proxy/recording/recording.ts';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import { type CollectorStub, type Fault, startCollectorStub } from '../support/collector-stub.ts';
import { recordingConfiguration, temporaryFolder } from '../support/recorded-exchange.ts';
import { audit } from '../support/segment-books.ts';

const script = path.resolve(import.meta.dirname, '../support/recording-child.ts');
let folder: ReturnType<typeof temporaryFolder>;
let collector: CollectorStub;

beforeEach(async () => {
  folder = temporaryFolder();
  collector = await startCollectorStub();
});
afterEach(async () => {
  await collector.close();
  folder.remove();
});

interface Said {
  boot: string;
  open: Set<string>;
  closed: Set<string>;
}

/** Runs the child, kills it `afterMs` after its first promise, and returns what it said. */
async function runAndKill(durability: 'strict' | 'group', afterMs: number): Promise<Said> {
  const child = spawn(process.execPath, [script, folder.path, collector.url, durability], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Said = { boot: '', open: new Set(), closed: new Set() };
  createInterface(child.stdout).on('line', (line) => {
    const [word, value = ''] = line.split(' ');
    if (word === 'boot') said.boot = value;
    else if (word === 'open') said.open.add(value);
    else said.closed.add(value);
    if (said.closed.size === 1 && word === 'closed') setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await once(child, 'close');
  return said;
}

async function recoverAll(): Promise<void> {
  const recording = await openRecording({
    ...{ directory: folder.path, boot: `heir${randomBytes(6).toString('hex')}`, pid: process.pid, reserveBytes: 0 },
    configuration: recordingConfiguration({ collectorUrl: collector.url }),
    onProblem: () => {},
  });
  await recording.stop(20_000);
}

const faults: Fault[] = ['lost', 'error', 'reset', 'none', 'none', 'none', 'none'];

test('ten kills lose no record that was promised, double none, and the counts agree', {
  timeout: 120_000,
}, async () => {
  collector.fault = () => faults[Math.floor(Math.random() * faults.length)] ?? 'none';
  let closed = 0;
  let partial = 0;
  for (let round = 0; round < 10; round += 1) {
    const said = await runAndKill(round % 2 === 0 ? 'strict' : 'group', Math.random() * 400);
    collector.fault = () => 'none';
    await recoverAll();
    const books = audit(collector).get(said.boot);
    const ids = new Map(books?.exchanges.map((record) => [record.id, record.outcome]));
    if (round % 2 === 0) for (const id of said.closed) expect(ids.get(id)).toBe('success');
    for (const id of ids.keys()) expect(said.open).toContain(id);
    expect(books?.counters.open ?? 0).toBe(0);
    closed += books?.counters.complete ?? 0;
    partial += books?.counters.partial ?? 0;
    collector.fault = () => faults[Math.floor(Math.random() * faults.length)] ?? 'none';
  }
  process.stdout.write(
    `10 kills: ${closed} complete, ${partial} partial, ${collector.segments.size} segments, ${collector.deliveries.length} deliveries\n`,
  );
  expect(partial).toBeGreaterThan(0);
});

test('two proxies that share a folder leave each other alone, and a third delivers for both', {
  timeout: 60_000,
}, async () => {
  const url = collector.url;
  collector.fault = () => 'error';
  const recorder = await createRecorder({
    directory: folder.path,
    recording: recordingConfiguration({ collectorUrl: url }),
    onProblem: () => {},
    reserveBytes: 0,
  });
  const said = await runAndKill('strict', 200);
  await recorder.stop(0);
  expect(collector.segments.size).toBe(0);
  collector.fault = () => 'none';
  await recoverAll();
  const recorded = new Set(
    audit(collector)
      .get(said.boot)
      ?.exchanges.map(({ id }) => id),
  );
  for (const id of said.closed) expect(recorded).toContain(id);
});
