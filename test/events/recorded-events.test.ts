// Events of a proxy on their way into segments: counted as lines and never as exchanges, redacted, and kept until written.
import fs from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventRecord, NewEvent } from '../../contract/event.ts';
import { openRecording } from '../../proxy/recording/recording.ts';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import { EventBox } from '../../proxy/tap/event-box.ts';
import type { Recorder } from '../../proxy/tap/recorder.ts';
import { type CollectorStub, startCollectorStub } from '../support/collector-stub.ts';
import { exchangeLine } from '../support/exchange-line.ts';
import {
  chatRequest,
  exchangeEnd,
  exchangeStart,
  recordingConfiguration,
  temporaryFolder,
} from '../support/recorded-exchange.ts';
import { audit } from '../support/segment-books.ts';

let folder: ReturnType<typeof temporaryFolder>;
let collector: CollectorStub;
let recorder: Recorder | null = null;
let problems: string[];

beforeEach(async () => {
  folder = temporaryFolder();
  collector = await startCollectorStub();
  problems = [];
});
afterEach(async () => {
  await recorder?.stop(0);
  recorder = null;
  await collector.close();
  folder.remove();
});

const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000, interval: 20 });
const id = (number: number) => `018f0000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const event = (number: number, changes: Partial<NewEvent> = {}): NewEvent => ({
  ...{ id: id(number), startedAt: 1_700_000_000_000 + number, action: 'secret.open', subject: 'secret_abcdefghijkl' },
  ...changes,
});
const events = () => collector.records().filter((record): record is EventRecord => record.kind === 'event');

async function start(): Promise<Recorder> {
  recorder = await createRecorder({
    directory: folder.path,
    recording: recordingConfiguration({ collectorUrl: collector.url }),
    onProblem: (message) => problems.push(message),
    reserveBytes: 0,
  });
  return recorder;
}

describe('an event', () => {
  it('reaches the collector with its boot, and the counters of exchanges pass it over', async () => {
    const to = await start();
    to.event(event(1, { actor: 'proxy', detail: { provider: 'openai' } }));
    const tap = to.open(exchangeStart());
    tap.requestBytes(chatRequest('Hello'));
    await tap.close(exchangeEnd());
    to.event(event(2));
    await to.stop(5000);
    expect(events().sort((one, other) => one.startedAt - other.startedAt)).toEqual([
      {
        ...{ kind: 'event', id: id(1), boot: to.boot, startedAt: 1_700_000_000_001, tenant: 'default', actor: 'proxy' },
        ...{ action: 'secret.open', subject: 'secret_abcdefghijkl', detail: { provider: 'openai' } },
      },
      {
        ...{ kind: 'event', id: id(2), boot: to.boot, startedAt: 1_700_000_000_002, tenant: 'default', actor: '' },
        ...{ action: 'secret.open', subject: 'secret_abcdefghijkl', detail: {} },
      },
    ]);
    const books = audit(collector).get(to.boot);
    expect(books?.counters).toEqual({ started: 1, complete: 1, partial: 0, gap: 0, open: 0 });
  });

  it('is redacted like everything that is written', async () => {
    const to = await start();
    const said = `sk-proj-${'a1B2'.repeat(12)} of jane.doe@example.com`;
    to.event(event(1, { actor: said, subject: said, detail: { reason: said } }));
    await to.stop(5000);
    expect(JSON.stringify(events())).not.toMatch(/jane\.doe|a1B2/);
    expect(events()).toHaveLength(1);
  });

  it('alone makes a segment, sealed in its time', async () => {
    const to = await start();
    to.event(event(1));
    await eventually(events).toHaveLength(1);
    expect(collector.records().at(-1)).toMatchObject({ kind: 'seal', records: 1 });
  });

  it('is counted in no way when a later boot seals the segment of a dead one', async () => {
    const boot = 'deadboot0001';
    const segments = `${folder.path}/segments`;
    fs.mkdirSync(segments, { recursive: true });
    const record = { kind: 'event', boot, tenant: 'default', actor: '', subject: '', detail: {}, ...event(1) };
    const line = exchangeLine({ boot, number: 1, outcome: 'success' });
    fs.writeFileSync(`${segments}/${boot}-00000000.open`, `${JSON.stringify(record)}\n${line}\n`);
    const recording = await openRecording({
      ...{ directory: folder.path, boot: 'livingboot01', pid: process.pid, reserveBytes: 0 },
      configuration: recordingConfiguration({ collectorUrl: collector.url }),
      onProblem: (message) => problems.push(message),
    });
    await eventually(() => audit(collector).get(boot)?.counters).toMatchObject({ started: 1, complete: 1 });
    expect(events().map((found) => found.id)).toEqual([id(1)]);
    await recording.stop(0);
  });
});

describe('events that could not be written', () => {
  it('are kept, sent again, and let go once they are on disk', async () => {
    const sent: string[] = [];
    const box = new EventBox({
      send: (one) => sent.push(one.id),
      onProblem: (message) => problems.push(message),
      againAfterMs: 1,
    });
    box.add(event(1));
    box.add(event(2));
    box.receive({ written: [id(1)], refused: [id(2)] });
    await eventually(() => sent).toEqual([id(1), id(2), id(2)]);
    box.receive({ written: [id(2)], refused: [] });
    box.sendAgain();
    expect(sent).toHaveLength(3);
  });

  it('are sent again to a new worker', () => {
    const sent: string[] = [];
    const box = new EventBox({ send: (one) => sent.push(one.id), onProblem: () => {} });
    box.add(event(1));
    box.sendAgain();
    expect(sent).toEqual([id(1), id(1)]);
  });

  it('are given up, oldest first and said once, when there are too many', () => {
    const sent: string[] = [];
    const box = new EventBox({
      send: (one) => sent.push(one.id),
      onProblem: (message) => problems.push(message),
      most: 2,
    });
    for (const number of [1, 2, 3, 4]) box.add(event(number));
    sent.length = 0;
    box.sendAgain();
    expect(sent).toEqual([id(3), id(4)]);
    expect(problems).toHaveLength(1);
  });
});
