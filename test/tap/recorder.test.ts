import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { SealRecord } from '../../contract/segment.ts';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import type { ExchangeStart, FinishedSummary, Recorder } from '../../proxy/tap/recorder.ts';
import { type CollectorStub, startCollectorStub } from '../support/collector-stub.ts';
import {
  chatAnswer,
  chatRequest,
  exchangeEnd,
  exchangeStart,
  recordingConfiguration,
  temporaryFolder,
  until,
} from '../support/recorded-exchange.ts';

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

async function start(given: Partial<RecordingConfiguration> = {}): Promise<Recorder> {
  recorder = await createRecorder({
    directory: folder.path,
    recording: recordingConfiguration({ collectorUrl: collector.url, ...given }),
    onProblem: (message) => problems.push(message),
    reserveBytes: 0,
  });
  return recorder;
}

interface Call {
  start?: Partial<ExchangeStart>;
  request?: Buffer;
  response?: Buffer[];
  headers?: [string, string][];
  end?: Parameters<typeof exchangeEnd>[0];
}

function call(to: Recorder, { start = {}, request, response, headers, end }: Call = {}): Promise<void> {
  const tap = to.open(exchangeStart(start));
  tap.requestBytes(request ?? chatRequest('Hello'));
  tap.responseHead(200, headers ?? [['content-type', 'application/json']]);
  for (const [index, bytes] of (response ?? [chatAnswer('Hi there')]).entries()) tap.responseBytes(bytes, 3 + index);
  return tap.close(exchangeEnd(end));
}

const exchanges = () => collector.records().filter((record): record is ExchangeRecord => record.kind === 'exchange');
const seals = () => collector.records().filter((record): record is SealRecord => record.kind === 'seal');
const onDisk = () =>
  fs
    .readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.key'))
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

const sse = (...events: unknown[]) =>
  Buffer.from(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''));
const delta = (content: string, finish: string | null = null) => ({
  ...{ id: 'chatcmpl-2', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18' },
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const stream: [string, string][] = [['content-type', 'text/event-stream']];

describe('a recorded exchange', () => {
  test('arrives at the collector whole, priced and counted', async () => {
    const to = await start();
    await call(to);
    await to.stop(5000);
    const [record] = exchanges();
    expect(record).toMatchObject({
      ...{ boot: to.boot, number: 1, outcome: 'success', requestedModel: 'gpt-4o-mini', usageSource: 'reported' },
      ...{ responseModel: 'gpt-4o-mini-2024-07-18', requestPreview: 'Hello', responsePreview: 'Hi there', totalMs: 12 },
      finish: { unified: 'stop', raw: 'stop' },
      answer: { text: 'Hi there' },
      usage: { inputUncached: 20, outputText: 5, total: 25 },
    });
    expect(record?.pricing.costNanos).toBeGreaterThan(0);
    expect(seals().at(-1)?.counters).toEqual({ started: 1, complete: 1, partial: 0, gap: 0, open: 0 });
    expect(problems).toEqual([]);
  });

  test('leaves nothing in the folder but the pseudonym key once the collector has it', async () => {
    const to = await start();
    await call(to);
    await to.stop(5000);
    const left = fs
      .readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile());
    expect(left.map((entry) => entry.name)).toEqual(['pseudonym.key']);
    expect(fs.statSync(path.join(folder.path, 'pseudonym.key')).mode & 0o777).toBe(0o600);
  });

  test('is never in clear on disk, in the journal or on the wire', async () => {
    const to = await start({ collectorUrl: 'http://127.0.0.1:9' });
    const secret = 'jane.doe@example.com 4111 1111 1111 1111';
    const tap = to.open(
      exchangeStart({ requestedModel: secret, client: secret, path: '/v1/chat?key=jane.doe@example.com' }),
    );
    tap.requestBytes(chatRequest(`write to ${secret}`));
    const inJournal = (): boolean => fs.readdirSync(folder.path).some((file) => file.startsWith('open-'));
    // The file is there a moment before its first line.
    await until(() => inJournal() && onDisk().includes('[EMAIL]'));
    const journal = onDisk();
    tap.responseHead(200, [['content-type', 'application/json']]);
    tap.responseBytes(chatAnswer(`wrote to ${secret}`), 3);
    const [attempt] = exchangeEnd().attempts;
    await tap.close(
      exchangeEnd({ errorMessage: `cannot reach ${secret}`, attempts: [{ ...attempt!, model: secret }] }),
    );
    await to.stop(0);
    for (const text of [journal, onDisk()]) {
      expect(text).toContain('[EMAIL]');
      expect(text).not.toMatch(/jane\.doe|4111|sk-proj-abc/);
    }
  });

  test('with capture metadata keeps figures and leaves out everything said', async () => {
    const to = await start();
    await call(to, { start: { capture: 'metadata' } });
    await to.stop(5000);
    expect(exchanges()[0]).toMatchObject({
      ...{
        usage: { total: 25 },
        requestBody: '',
        responseBody: '',
        answer: null,
        requestPreview: '',
        responsePreview: '',
      },
    });
  });

  test('with capture off leaves no trace and is not counted', async () => {
    const to = await start();
    await call(to, { start: { capture: 'off' } });
    expect(to.counters()).toEqual({ started: 0, complete: 0, partial: 0, gap: 0, open: 0 });
    await to.stop(5000);
    expect(collector.deliveries).toEqual([]);
  });

  test('longer than the capture limit is cut in what is kept and whole in what is counted', async () => {
    const to = await start({ captureBytes: 1000 });
    const request = chatRequest('word '.repeat(1000));
    const response = chatAnswer('answer '.repeat(1000));
    await call(to, { request, response: [response] });
    await to.stop(5000);
    const [record] = exchanges();
    expect(record).toMatchObject({
      requestBytes: request.length,
      responseBytes: response.length,
      requestCut: true,
      responseCut: true,
    });
    expect(record?.requestBody.length).toBeLessThanOrEqual(1000);
    expect(record?.answer?.text.length).toBeLessThanOrEqual(1000);
    expect(record?.usage.total).toBe(25);
  });
});

describe('a stream', () => {
  test('is read to its answer, its first token and its usage', async () => {
    const to = await start();
    const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
    const chunks = [
      sse(delta('')),
      sse(delta('Hel')),
      sse(delta('lo', 'stop')),
      sse({ ...delta(''), choices: [], usage }, '[DONE]'),
    ];
    await call(to, { start: { stream: true }, response: chunks, headers: stream });
    await to.stop(5000);
    expect(exchanges()[0]).toMatchObject({
      ...{
        outcome: 'success',
        stream: true,
        firstTokenMs: 4,
        usageSource: 'reported',
        usage: { total: 9 },
        responseBody: '',
      },
      answer: { text: 'Hello' },
    });
  });

  test('that stops before its end is truncated, and its usage is an estimate', async () => {
    const to = await start();
    await call(to, {
      start: { stream: true },
      response: [sse(delta('One two three four '), delta('five'))],
      headers: stream,
    });
    await to.stop(5000);
    const [record] = exchanges();
    expect(record).toMatchObject({
      outcome: 'truncated',
      usageSource: 'estimated',
      pricing: { costSource: 'estimated' },
    });
    expect(record?.usage.outputText).toBeGreaterThan(2);
    expect(record?.usage.total).toBe((record?.usage.inputUncached ?? 0) + (record?.usage.outputText ?? 0));
  });

  test('with an error inside has failed', async () => {
    const to = await start();
    const events = sse(delta('One'), { error: { message: 'overloaded', type: 'server_error' } }, '[DONE]');
    await call(to, { start: { stream: true }, response: [events], headers: stream });
    await to.stop(5000);
    expect(exchanges()[0]).toMatchObject({ outcome: 'failed', errorMessage: 'overloaded', errorType: 'server_error' });
  });

  test('that the client left keeps the outcome the proxy saw', async () => {
    const to = await start();
    await call(to, { response: [sse(delta('One'))], headers: stream, end: { outcome: 'aborted' } });
    await to.stop(5000);
    expect(exchanges()[0]).toMatchObject({ outcome: 'aborted', usageSource: 'estimated' });
  });
});

describe('the recorder', () => {
  test('counts started = complete + partial + gap + open within the second', async () => {
    const to = await start();
    const open = to.open(exchangeStart());
    await Promise.all(Array.from({ length: 200 }, () => call(to)));
    await until(() => to.counters().complete === 200);
    expect(to.counters()).toEqual({ started: 201, complete: 200, partial: 0, gap: 0, open: 1 });
    await open.close(exchangeEnd());
    await to.stop(5000);
    expect(new Set(exchanges().map(({ number }) => number)).size).toBe(201);
    expect(seals().at(-1)?.counters).toEqual({ started: 201, complete: 201, partial: 0, gap: 0, open: 0 });
  });

  test('records what still runs at its stop as partial', async () => {
    const to = await start();
    to.open(exchangeStart()).requestBytes(chatRequest('Hello'));
    await to.stop(5000);
    expect(exchanges()[0]).toMatchObject({ outcome: 'partial', totalMs: null, usageSource: null, httpStatus: null });
    expect(seals().at(-1)?.counters).toMatchObject({ started: 1, partial: 1, open: 0 });
  });

  test('under strict durability closes an exchange only when its record is on disk', async () => {
    const to = await start({ durability: 'strict', collectorUrl: 'http://127.0.0.1:9', sealAfterMs: 60_000 });
    await call(to, { request: chatRequest('the one we look for') });
    expect(onDisk()).toContain('the one we look for');
    expect(to.counters()).toMatchObject({ complete: 1, open: 0 });
  });

  test('lets bodies go when it falls behind, then counts gaps, and never throws', async () => {
    const to = await start({ captureBytes: 64 * 1024 * 1024 });
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    // One body that keeps the worker busy for longer than the rest takes to hand over.
    const busy = to.open(exchangeStart({ capture: 'full' }));
    busy.requestBytes(Buffer.from(JSON.stringify({ text: 'call 555 0199 or +1 415 555 2671, '.repeat(1_200_000) })));
    void busy.close(exchangeEnd());
    for (let i = 0; i < 159; i += 1) {
      const tap = to.open(exchangeStart({ capture: 'metadata' }));
      tap.requestBytes(megabyte);
      void tap.close(exchangeEnd());
    }
    expect(await to.metrics()).toMatch(/sightline_exchanges_without_bodies_total [1-9]/);
    await to.stop(100_000);
    const cut = exchanges().filter(({ requestCut }) => requestCut);
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.every(({ requestBytes }) => requestBytes === megabyte.length)).toBe(true);
    // Two segments travel at a time, and the large one arrives after those that follow it.
    const last = seals()
      .toSorted((one, other) => one.sequence - other.sequence)
      .at(-1)!;
    const { started, complete, gap } = last.counters;
    expect([started, complete + gap]).toEqual([160, 160]);
  }, 120_000);

  test('tells a listener what it learned of each exchange', async () => {
    const to = await start();
    const heard: FinishedSummary[] = [];
    to.onFinished((summary) => heard.push(summary));
    await call(to);
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ outcome: 'success', inputTokens: 20, outputTokens: 5, finishReason: 'stop' });
  });

  test('speaks Prometheus', async () => {
    const to = await start();
    await call(to);
    await until(async () => (await to.metrics()).includes('sightline_segments_delivered_total 1'));
    const text = await to.metrics();
    expect(text).toContain('sightline_exchanges_started_total 1\n');
    expect(text).toContain('sightline_exchanges_complete_total 1\n');
    expect(text).toMatch(/sightline_delivery_last_success_timestamp_seconds 1\d{9}/);
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^(# (HELP|TYPE) )?sightline_\w+ .+$/);
  });

  test('refuses a folder it cannot use, and says which and why', async () => {
    fs.writeFileSync(path.join(folder.path, 'file'), '');
    const directory = path.join(folder.path, 'file');
    const recording = recordingConfiguration();
    await expect(createRecorder({ directory, recording, onProblem: () => {} })).rejects.toThrow(
      /recording folder .*file cannot be used: .*SIGHTLINE_DATA/s,
    );
  });
});
