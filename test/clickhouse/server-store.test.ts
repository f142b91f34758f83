// The store over HTTP: the same promises as the embedded one, and what each fault of the network or the server does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import type { Store } from '../../clickhouse/store.ts';
import { type ClickHouseFault, type ClickHouseHttp, startClickHouseHttp } from '../support/clickhouse-http.ts';
import { retentionDays, segmentName, segmentText } from './records.ts';
import { claimsOfAStore } from './store-claims.ts';

let folder: string;
let server: ClickHouseHttp;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-server-'));
  server = await startClickHouseHttp(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (database: string, serverTimeoutMs?: number): Promise<Store> =>
  createStore({
    configuration: { url: server.url, cluster: '', database },
    dataDirectory: 'unused',
    retentionDays,
    serverTimeoutMs,
    onProblem: (message) => {
      throw new Error(message);
    },
  });

describe('the promises of a store', () => claimsOfAStore(() => open('sightline')));

describe('an insert that the server does not acknowledge', () => {
  let store: Store;
  let impatient: Store;
  let sequence = 0;
  const insertion = /INSERT INTO faults.incoming/;
  beforeAll(async () => {
    store = await open('faults');
    impatient = await open('faults', 1500);
    await store.migrate();
  });
  afterAll(async () => {
    await store.close();
    await impatient.close();
  });

  const segment = async () => {
    sequence += 1;
    const name = segmentName(sequence);
    const file = path.join(folder, name);
    await writeFile(file, segmentText(sequence, { first: sequence * 100, count: 10 }));
    return { name, file };
  };
  const count = async (): Promise<number[]> => {
    const sql = `SELECT (SELECT count() FROM {db:Identifier}.exchanges) AS base,
      (SELECT sum(request_count) FROM {db:Identifier}.minute_models) AS rollup`;
    const [row] = await store.read<{ base: string; rollup: string | null }>(sql);
    return [Number(row!.base), Number(row!.rollup)];
  };

  it.each<ClickHouseFault>([
    'reset',
    'stall',
    'error-500',
    'error-429',
    'error-500-after-commit',
    'reset-after-commit',
  ])('%s: is reported as unavailable, and the same name again puts it right exactly once', async (fault) => {
    const { name, file } = await segment();
    server.inject(fault, insertion);
    const asked = (fault === 'stall' ? impatient : store).insertSegment(name, file);
    await expect(asked).rejects.toMatchObject({ name: 'StoreError', kind: 'unavailable' });
    await store.insertSegment(name, file);
    expect(await count()).toEqual([sequence * 10, sequence * 10]);
  });

  it('slow: is waited for', async () => {
    const { name, file } = await segment();
    server.inject('slow', insertion);
    await store.insertSegment(name, file);
    expect(await count()).toEqual([sequence * 10, sequence * 10]);
  });

  it('refused: says what to look at, and goes on when the server is back', async () => {
    const { name, file } = await segment();
    await server.refuse();
    await expect(store.insertSegment(name, file)).rejects.toMatchObject({
      kind: 'unavailable',
      code: '',
      message: expect.stringMatching(/did not answer .* CLICKHOUSE_URL/),
    });
    expect(await store.health(2000)).toMatchObject({ ok: false });
    await server.accept();
    await store.insertSegment(name, file);
    expect(await count()).toEqual([sequence * 10, sequence * 10]);
    expect(await store.health(2000)).toEqual({ ok: true, detail: '' });
  });

  it('a health check does not wait for a server that fell silent', async () => {
    server.inject('stall', /probes/);
    expect(await store.health(20)).toEqual({ ok: false, detail: 'no answer within 20 ms' });
  });
});
