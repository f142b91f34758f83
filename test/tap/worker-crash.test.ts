import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import type { Recorder } from '../../proxy/tap/recorder.ts';
import { type CollectorStub, startCollectorStub } from '../support/collector-stub.ts';
import {
  chatRequest,
  exchangeEnd,
  exchangeStart,
  recordingConfiguration,
  temporaryFolder,
  until,
} from '../support/recorded-exchange.ts';
import { audit } from '../support/segment-books.ts';

let folder: ReturnType<typeof temporaryFolder>;
let collector: CollectorStub;
let recorder: Recorder;
let problems: string[];

beforeEach(async () => {
  folder = temporaryFolder();
  collector = await startCollectorStub();
  problems = [];
});
afterEach(async () => {
  await recorder.stop(0);
  await collector.close();
  folder.remove();
});

async function start(durability: 'group' | 'strict', whenFull: 'open' | 'closed' = 'open'): Promise<void> {
  recorder = await createRecorder({
    directory: folder.path,
    recording: recordingConfiguration({ collectorUrl: collector.url, durability, whenFull }),
    onProblem: (message) => problems.push(message),
    reserveBytes: 0,
    script: new URL('../support/crashing-worker.ts', import.meta.url),
  });
}

test('a worker that dies is replaced; what it had in hand is partial or a gap, and the counts agree', async () => {
  await start('group');
  await recorder.open(exchangeStart()).close(exchangeEnd());
  await until(() => recorder.counters().complete === 1);
  const running = Array.from({ length: 5 }, () => recorder.open(exchangeStart()));
  recorder.open(exchangeStart({ requestedModel: 'crash' }));
  await until(() => problems.length > 0);
  for (const tap of running) {
    tap.requestBytes(chatRequest('after the crash'));
    void tap.close(exchangeEnd());
  }
  for (let i = 0; i < 3; i += 1) void recorder.open(exchangeStart()).close(exchangeEnd());
  expect(recorder.counters()).toMatchObject({ started: 10 });
  await until(() => recorder.counters().open === 0);
  await recorder.open(exchangeStart()).close(exchangeEnd());
  await recorder.stop(10_000);
  const { counters, exchanges } = audit(collector).get(recorder.boot)!;
  expect(counters).toEqual({ started: 11, complete: 2, partial: 6, gap: 3, open: 0 });
  expect(exchanges.map(({ number }) => number).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 11]);
  expect(problems[0]).toMatch(/worker died .*crashed as asked.*Calls go on/s);
});

test('under strict durability a dying worker holds no call back', async () => {
  await start('strict');
  recorder.open(exchangeStart({ requestedModel: 'crash' }));
  const closes = Array.from({ length: 20 }, () => recorder.open(exchangeStart()).close(exchangeEnd()));
  await until(() => problems.length > 0);
  await Promise.all(closes);
  await recorder.open(exchangeStart()).close(exchangeEnd());
  await recorder.stop(10_000);
  expect(audit(collector).get(recorder.boot)?.counters).toMatchObject({ started: 22, open: 0 });
});

test('while there is no worker, what must be recorded is refused where the operator asked for it', async () => {
  await start('group', 'closed');
  expect(recorder.admits()).toBe(true);
  recorder.open(exchangeStart({ requestedModel: 'crash' }));
  await until(() => problems.length > 0);
  expect(recorder.admits()).toBe(false);
  await until(() => recorder.admits());
});
