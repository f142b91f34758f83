// Whoever can wait is answered by way of a batch endpoint, at the batch's price; whoever has waited long enough, at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BatchUpstream, startBatchUpstream } from '../support/batch-upstream.ts';
import { type AskOptions, attemptsOf, type FailoverHouse, openFailoverHouse } from './failover-house.ts';

const model = 'gpt-4o-mini';
/** Nine tokens in at 0.15 and three out at 0.60 dollars a million. */
const nanos = 9 * 150 + 3 * 600;
const hourMs = 3_600_000;
const patient = { 'x-sightline-patience': String(hourMs) };

/** Time that passes as soon as it is waited for; `holds`: that does not pass at all. */
const clock = {
  at: 0,
  pauses: [] as number[],
  holds: false,
  began: () => {},
  now: () => clock.at,
  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    clock.pauses.push(milliseconds);
    clock.began();
    if (clock.holds) return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    clock.at += milliseconds;
    return new Promise((resolve) => setImmediate(resolve));
  },
};

let at: FailoverHouse;
let batch: BatchUpstream;
let folder: string;
beforeAll(async () => {
  batch = await startBatchUpstream();
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-prices-'));
  const overlay = path.join(folder, 'prices.json');
  const rows = ['openai', 'anthropic'].map((provider) => ({
    ...{ provider, model: '*', from: '2026-01-01', tier: 'batch', multiply: 0.5 },
  }));
  writeFileSync(overlay, JSON.stringify({ version: 'test', rows }));
  const route = (name: string, target: object) => ({
    ...{ name, match: { model: name }, targets: [target], retries: 0, patience: { batchAfterMs: 60_000 } },
  });
  at = await openFailoverHouse({
    routes: [
      route('openai', { provider: 'one', model }),
      route('anthropic', { provider: 'claude', model: 'claude-sonnet-4-5' }),
    ],
    providers: () => ({
      one: { like: 'openai', baseUrl: `${batch.url}/v1` },
      claude: { like: 'anthropic', baseUrl: batch.url },
    }),
    configuration: { prices: { overlay } },
    batchClock: clock,
  });
});
beforeEach(() => {
  Object.assign(clock, { at: 0, pauses: [], holds: false, began: () => {} });
});
afterAll(async () => {
  await at.close();
  await batch.close();
  rmSync(folder, { recursive: true });
});

const ask = (name: string, options: AskOptions = {}) => at.ask(name, { headers: patient, ...options });
const contentOf = (text: string): string => JSON.parse(text).choices[0].message.content;

describe('a client that can wait', () => {
  it('gets its answer out of a batch of OpenAI’s, for the price of one', async () => {
    batch.plays({ polls: 3, ends: 'answered' });
    const said = await ask('openai');
    expect([said.status, contentOf(said.text)]).toEqual([200, 'in time']);
    expect(said.headers['x-sightline-batch']).toBe('batch_1');
    expect(said.headers['x-request-id']).toBe('req_batch');
    expect(batch.calls()).toEqual(['POST /v1/files', 'POST /v1/batches', 'GET /v1/files/file-out/content']);
    expect(batch.seen.every(({ headers }) => headers.authorization === 'Bearer key-of-one')).toBe(true);
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success']);
    expect(record.pricing.costNanos).toBe(nanos / 2);
    expect(record.attempts[0]?.costNanos).toBe(nanos / 2);
  });

  it('has its request put into one line, with its own model and no wish for a stream', async () => {
    batch.plays({ polls: 0, ends: 'answered' });
    await ask('openai', { stream: true, body: { temperature: 0.5 } });
    const [file, made] = batch.seen;
    const line = JSON.parse(file!.text.split('\r\n').find((one) => one.startsWith('{')) ?? '');
    expect(line).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
    expect(line.body).toEqual({ model, messages: [{ role: 'user', content: 'Say hi' }], temperature: 0.5 });
    expect(JSON.parse(made!.text)).toEqual({
      ...{ input_file_id: 'file-in', endpoint: '/v1/chat/completions', completion_window: '24h' },
    });
  });

  it('gets a stream where it asked for one', async () => {
    batch.plays({ polls: 1, ends: 'answered' });
    const said = await ask('openai', { stream: true });
    expect(said.headers['content-type']).toContain('text/event-stream');
    expect(said.headers['x-sightline-batch']).toBe('batch_1');
    expect(said.text).toContain('"content":"in time"');
    expect(said.text).toContain('data: [DONE]');
    expect((await said.record()).pricing.costNanos).toBe(nanos / 2);
  });

  it('gets its answer out of a batch of Anthropic’s, in its own format', async () => {
    batch.plays({ polls: 2, ends: 'answered' });
    const said = await ask('anthropic');
    expect([said.status, contentOf(said.text)]).toEqual([200, 'in time']);
    expect(said.headers['x-sightline-batch']).toBe('msgbatch_1');
    expect(batch.calls()).toEqual(['POST /v1/messages/batches', 'GET /v1/messages/batches/msgbatch_1/results']);
    expect(JSON.parse(batch.seen[0]!.text).requests[0].params).toMatchObject({ model: 'claude-sonnet-4-5' });
    expect((await said.record()).pricing).toMatchObject({ costNanos: (9 * 3000 + 3 * 15_000) / 2 });
  });

  it('is asked about in growing pauses, and a look that fails changes nothing', async () => {
    batch.plays({ polls: 12, ends: 'answered', hiccups: [500, 429] });
    expect((await ask('openai')).status).toBe(200);
    expect(clock.pauses.slice(0, 3)).toEqual([2000, 3000, 4500]);
    expect(clock.pauses.at(-1)).toBe(60_000);
  });

  it('hears what the provider has against its request', async () => {
    batch.plays({ polls: 0, ends: 'refused' });
    for (const name of ['openai', 'anthropic']) {
      const said = await ask(name);
      expect([said.status, JSON.parse(said.text).error.message]).toEqual([400, 'bad']);
    }
  });

  it('takes the batch with it when it leaves', async () => {
    batch.plays({ polls: 1, ends: 'answered' });
    clock.holds = true;
    const waiting = new Promise<void>((resolve) => {
      clock.began = resolve;
    });
    const client = new AbortController();
    const asking = ask('openai', { signal: client.signal }).catch(() => 'gone');
    await waiting;
    client.abort();
    expect(await asking).toBe('gone');
    await batch.cancelled;
    expect(batch.calls().at(-1)).toBe('POST /v1/batches/batch_1/cancel');
  });
});

describe('a batch that comes to nothing', () => {
  it('in time is cancelled, and the same target asked at once', async () => {
    batch.plays({ polls: Number.POSITIVE_INFINITY, ends: 'answered' });
    const said = await ask('openai');
    await batch.cancelled;
    expect([said.status, contentOf(said.text)]).toEqual([200, 'at once']);
    expect(said.headers['x-sightline-batch']).toBeUndefined();
    expect(clock.at).toBeGreaterThan(hourMs - 60_000);
    expect(clock.at).toBeLessThanOrEqual(hourMs);
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one - unreachable', 'failover one 200 success']);
    expect(record.attempts[0]?.errorCode).toBe('SIGHTLINE_UPSTREAM_TIMEOUT');
    expect(record.pricing.costNanos).toBe(nanos);
  });

  it.each(['failed', 'expired', 'cancelled'] as const)('because it is %s is followed by a call', async (ends) => {
    batch.plays({ polls: 1, ends });
    const said = await ask('openai');
    expect([said.status, contentOf(said.text)]).toEqual([200, 'at once']);
    expect(batch.calls().at(-1)).toBe('POST /v1/chat/completions');
  });

  it('because the provider takes none is followed by a call', async () => {
    batch.plays({ polls: 0, ends: 'answered', closed: true });
    expect(contentOf((await ask('openai')).text)).toBe('at once');
  });
});

describe('no batch is made', () => {
  it('for a client that cannot wait', async () => {
    batch.plays({ polls: 0, ends: 'answered' });
    const said = await ask('openai', { headers: { 'x-sightline-patience': '1000' } });
    expect(contentOf(said.text)).toBe('at once');
    expect(batch.calls()).toEqual(['POST /v1/chat/completions']);
  });
});
