// Promise 2, first part: proxy and collector are killed (SIGKILL) thirty times each at random moments under load. What was
// written is neither lost nor doubled, and the rollups equal the raw rows. Recording is `strict` here, so that every answer
// a client has seen to its end must be found again.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent, request as call } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import type { Store } from '../../clickhouse/store.ts';
import type { ConservationAnswer } from '../../contract/questions/conservation.ts';
import type { StatusAnswer } from '../../contract/questions/status.ts';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { askUntil, createHousehold, type Household, type Service, type ServiceName } from '../support/services.ts';
import { chatAnswer, chatRequest, chatStream } from '../support/wire-samples.ts';

const kills = Number(process.env.KILLS ?? 30);
let upstream: FaultyUpstream;
let folder: string;
let household: Household;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  upstream.respond((reply, request) =>
    request.body.includes('"stream":true')
      ? answerStream(chatStream(true), 15)(reply, request)
      : answer({ pieces: [chatAnswer], headers: [['content-type', 'application/json']], framing: 'length' })(
          reply,
          request,
        ),
  );
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-kills-'));
  household = await createHousehold(path.join(folder, 'data'), {
    providers: { openai: { baseUrl: `${upstream.url}/v1` } },
    recording: { durability: 'strict' },
  });
});
afterAll(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

it('loses nothing and doubles nothing through thirty kills of each', { timeout: 400_000 }, async () => {
  const services: Record<ServiceName, Service> = {
    collector: await household.start('collector'),
    proxy: await household.start('proxy'),
  };
  const seen = new Set<string>();
  const load = startLoad(seen);
  for (const victim of ['proxy', 'collector'] as const) {
    for (let n = 0; n < kills; n++) {
      await pause(40 + Math.random() * 400);
      await services[victim].end('SIGKILL');
      services[victim] = await household.start(victim);
    }
  }
  await load.stop();
  await delivered();
  await services.proxy.end('SIGTERM');
  await askUntil<StatusAnswer>(
    `${household.collectorUrl}/api/status`,
    (status) => status.segmentsWaiting === 0,
    120_000,
  );
  const law = await askUntil<ConservationAnswer>(
    `${household.collectorUrl}/api/conservation`,
    (one) => one.holds && one.rows.every((row) => row.counters.open === 0),
    60_000,
  );
  await services.collector.end('SIGTERM');

  const broken = law.rows.filter((row) => !row.holds || row.missingSegments > 0 || row.counters.gap > 0);
  expect(broken).toEqual([]);
  await withStore(async (store) => {
    const [raw] = await store.read<Record<string, string>>(
      `SELECT count() AS n, uniqExact(id) AS ids, sum(cost_nanos) AS cost FROM ${store.database}.exchanges`,
    );
    expect(raw!.n).toBe(raw!.ids);
    const stored = new Set(
      (
        await store.read<{ id: string }>(
          `SELECT toString(id) AS id FROM ${store.database}.exchanges WHERE outcome != 'partial'`,
        )
      ).map(({ id }) => id),
    );
    const lost = [...seen].filter((id) => !stored.has(id));
    expect({ lost: lost.slice(0, 5), of: seen.size, stored: stored.size }).toMatchObject({ lost: [] });
    const counted = law.rows.reduce((sum, row) => sum + row.counters.complete + row.counters.partial, 0);
    expect(Number(raw!.n)).toBe(counted);
    expect(await rollupTotals(store)).toEqual({
      minute: raw!.n,
      quarter: raw!.n,
      hour: raw!.n,
      day: raw!.n,
      quarterCost: raw!.cost,
    });
    const partial = law.rows.reduce((sum, row) => sum + row.counters.partial, 0);
    process.stdout.write(
      `${2 * kills} kills: ${seen.size} answers seen by clients, ${raw!.n} exchanges stored, ${partial} of them partial, ${law.rows.length} boots\n`,
    );
  });
});

/** Ten callers, streams and whole answers in turn; what fails while nobody listens is tried again a little later. */
function startLoad(seen: Set<string>): { stop(): Promise<void> } {
  let running = true;
  const agent = new Agent({ connections: 10 });
  const caller = async (index: number): Promise<void> => {
    while (running) {
      const stream = index % 2 === 0;
      try {
        const answered = await call(`${household.proxyUrl}/v1/chat/completions`, {
          dispatcher: agent,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer sk-own',
            'x-sightline-task': `task-${index}`,
          },
          body: chatRequest({ stream, ...(stream && { stream_options: { include_usage: true } }) }),
        });
        const text = await answered.body.text();
        if (stream ? text.endsWith('[DONE]\n\n') : text === chatAnswer)
          seen.add(String(answered.headers['x-sightline-id']));
      } catch {
        await pause(20);
      }
      await pause(25);
    }
  };
  const callers = Array.from({ length: 10 }, (_, index) => caller(index));
  return {
    async stop() {
      running = false;
      await Promise.all(callers);
      await agent.close();
    },
  };
}

/** Segments of every boot are on their way until the folder holds none. */
async function delivered(): Promise<void> {
  const segments = path.join(household.data, 'proxy', 'segments');
  for (let i = 0; i < 1200; i++) {
    if (readdirSync(segments).filter((name) => name.endsWith('.ndjson')).length === 0) return;
    await pause(100);
  }
  throw new Error(`still on disk: ${readdirSync(segments).join(', ')}\n${household.logs().slice(-2000)}`);
}

async function rollupTotals(store: Store): Promise<object> {
  const one = async (sql: string): Promise<string> =>
    Object.values((await store.read<Record<string, string>>(sql))[0]!)[0]!;
  return {
    minute: await one(`SELECT sum(request_count) FROM ${store.database}.minute_models`),
    quarter: await one(`SELECT sum(request_count) FROM ${store.database}.quarter_costs`),
    hour: await one(`SELECT sum(request_count) FROM ${store.database}.hour_costs`),
    day: await one(`SELECT sum(request_count) FROM ${store.database}.day_costs`),
    quarterCost: await one(`SELECT sum(cost_sum) FROM ${store.database}.quarter_costs`),
  };
}

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await createStore({
    configuration: { url: '', cluster: '', database: 'sightline' },
    dataDirectory: path.join(household.data, 'clickhouse'),
    retentionDays: { exchanges: 90, bodies: 30, rollups: 730 },
    onProblem: () => {},
  });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
