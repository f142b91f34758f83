// A collector with a real embedded store for tests: segments go in over HTTP, questions are asked over HTTP.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { createStore } from '../../clickhouse/create-store.ts';
import type { QueryParameters, Store } from '../../clickhouse/store.ts';
import { type CollectorOptions, createCollector } from '../../collector/app.ts';
import { createIngest, type Ingest } from '../../collector/ingest/ingest.ts';
import { ClickHouseConfiguration, CollectorConfiguration } from '../../contract/configuration.ts';
import type { SegmentRecord } from '../../contract/segment.ts';

export interface House {
  url: string;
  app: FastifyInstance;
  store: Store;
  ingest: Ingest;
  /** SQL of every read since it was last emptied. */
  reads: string[];
  /** Another collector over the same store, with other settings. */
  another(
    changes: Partial<CollectorOptions['configuration']>,
    options?: Partial<CollectorOptions>,
  ): Promise<FastifyInstance>;
  /** Sends a segment and waits until ClickHouse has it. */
  deliver(name: string, records: SegmentRecord[]): Promise<void>;
  ask<Answer>(pathAndQuery: string): Promise<Answer>;
  close(): Promise<void>;
}

export async function openHouse(clock: () => number = Date.now): Promise<House> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-collector-'));
  const problems: string[] = [];
  const onProblem = (message: string) => void problems.push(message);
  const store = await createStore({
    configuration: ClickHouseConfiguration.parse({}),
    dataDirectory: path.join(directory, 'clickhouse'),
    retentionDays: { exchanges: 36500, bodies: 36500, rollups: 36500 },
    onProblem,
  });
  await store.migrate();
  const reads: string[] = [];
  const watched: Store = {
    ...store,
    read<Row>(sql: string, parameters?: QueryParameters) {
      reads.push(sql);
      return store.read<Row>(sql, parameters);
    },
  };
  const ingest = await createIngest({ directory: path.join(directory, 'ingest'), store, clock, onProblem });
  const closing: FastifyInstance[] = [];
  const another: House['another'] = async (changes, options = {}) => {
    const configuration = {
      ...CollectorConfiguration.parse({
        port: 0,
        proxyUrl: 'http://127.0.0.1:4141',
        retentionDays: { exchanges: 36500, bodies: 36500, rollups: 36500 },
      }),
      simulated: false,
      ...changes,
    };
    const app = await createCollector({
      store: watched,
      ingest,
      configuration,
      version: '0.0.0',
      clock,
      onProblem,
      ...options,
    });
    closing.push(app);
    return app;
  };
  const app = await another({});
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    app,
    store,
    ingest,
    reads,
    another,
    async deliver(name, records) {
      const inserted = new Promise<void>((resolve) => {
        const stop = ingest.onIngested((segment) => {
          if (segment.name !== name) return;
          stop();
          resolve();
        });
      });
      const body = zstdCompressSync(Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
      const answer = await fetch(`${url}/v1/segments/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'zstd' },
        body,
      });
      if (answer.status !== 200) throw new Error(`PUT ${name}: ${answer.status} ${await answer.text()}`);
      await inserted;
    },
    async ask<Answer>(pathAndQuery: string) {
      const answer = await fetch(url + pathAndQuery);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${pathAndQuery}: ${answer.status} ${text}`);
      return JSON.parse(text) as Answer;
    },
    async close() {
      for (const each of closing) await each.close();
      await ingest.stop();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The parsed events of an SSE stream, one by one. */
export async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let buffered = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    buffered += chunk;
    const parts = buffered.split('\n\n');
    buffered = parts.pop() ?? '';
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) };
    }
  }
}

export const listening = (app: FastifyInstance) => once(app.server, 'listening');
