// A whole proxy for tests: real sockets, the real recording worker, and a collector that keeps what it is sent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { loadConfiguration } from '../../configuration/load.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { SegmentRecord } from '../../contract/segment.ts';
import type { AccessWatch } from '../../proxy/access/access-watch.ts';
import { createProxy, type ProxyServer } from '../../proxy/app.ts';
import type { BatchClock } from '../../proxy/batch/await-batch.ts';
import type { RedisChannel } from '../../proxy/shared/redis-channel.ts';
import type { RedisCommands } from '../../proxy/shared/redis-commands.ts';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import type { Recorder } from '../../proxy/tap/recorder.ts';
import { createSilentTelemetry, type Telemetry } from '../../proxy/telemetry/spans.ts';
import type { KeyRing } from '../../proxy/vault/key-ring.ts';

const unzstd = promisify(zstdDecompress);

export interface HouseOptions {
  /** Sections of the configuration file, as a user writes them. */
  configuration?: Record<string, unknown>;
  env?: Record<string, string>;
  telemetry?: Telemetry;
  /** To other proxies; the caller closes it. */
  channel?: RedisChannel;
  /** How batches are waited for; left out: as time passes. */
  batchClock?: BatchClock;
  /** What proxies count together; the caller closes it. */
  redis?: RedisCommands;
  access?: AccessWatch;
  /** Under which Sightline keys are hashed. */
  pepper?: Buffer;
  keyRing?: KeyRing;
  onProblem?(message: string): void;
}

export interface ProxyHouse {
  url: string;
  port: number;
  proxy: ProxyServer;
  recorder: Recorder;
  data: string;
  sink: CollectorSink;
  /** The record of one exchange, once it has been delivered. */
  record(id: string): Promise<ExchangeRecord>;
  close(): Promise<void>;
}

export async function openHouse(options: HouseOptions = {}): Promise<ProxyHouse> {
  const data = mkdtempSync(path.join(tmpdir(), 'sightline-house-'));
  const sink = await openSink();
  const configured = options.configuration ?? {};
  const file = {
    ...configured,
    data,
    recording: { sealAfterMs: 50, collectorUrl: sink.url, ...(configured.recording as object) },
  };
  const configFile = path.join(data, 'sightline.config.json');
  writeFileSync(configFile, JSON.stringify(file));
  const loaded = loadConfiguration({ file: configFile, env: options.env ?? {}, cwd: data });
  const recorder = await createRecorder({
    directory: path.join(data, 'proxy'),
    recording: loaded.configuration.recording,
    priceOverlay: loaded.priceOverlay,
    priceBook: loaded.priceBook,
    onProblem: () => {},
  });
  const proxy = createProxy({
    ...loaded,
    recorder,
    telemetry: options.telemetry ?? createSilentTelemetry(),
    ...{ channel: options.channel ?? null, redis: options.redis ?? null },
    ...(options.batchClock && { batchClock: options.batchClock }),
    ...(options.access && { access: options.access }),
    pepper: options.pepper ?? null,
    ...(options.keyRing && { keyRing: options.keyRing }),
    ...(options.onProblem && { onProblem: options.onProblem }),
    version: 'test',
  });
  await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    proxy,
    recorder,
    data,
    sink,
    record: (id) => sink.waitFor((record) => record.id === id),
    async close() {
      await proxy.close(500);
      await recorder.stop(5000);
      await sink.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export interface CollectorSink {
  url: string;
  segments: string[];
  /** Every exchange delivered so far; each line has been checked against the contract. */
  records: ExchangeRecord[];
  lines: SegmentRecord[];
  /** Everything that came over the wire, decompressed. */
  bytes(): Buffer;
  waitFor(match: (record: ExchangeRecord) => boolean): Promise<ExchangeRecord>;
  close(): Promise<void>;
}

/** Takes segments as the collector does and keeps their records. */
export async function openSink(): Promise<CollectorSink> {
  const waiters = new Set<() => void>();
  const parts: Buffer[] = [];
  const server: Server = createServer((request, response) => {
    // Of the access document it knows nothing, as a collector of an older version.
    if (request.method === 'GET') return void response.writeHead(404).end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks);
      const text = request.headers['content-encoding'] === 'zstd' ? await unzstd(body) : body;
      const segment = (request.url ?? '').split('/').pop() ?? '';
      const duplicate = sink.segments.includes(segment);
      if (!duplicate) {
        sink.segments.push(segment);
        parts.push(text);
        for (const line of text.toString().split('\n')) if (line) take(SegmentRecord.parse(JSON.parse(line)));
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ segment, records: 0, duplicate }));
      for (const wake of [...waiters]) wake();
    });
  });
  const take = (line: SegmentRecord): void => {
    sink.lines.push(line);
    if (line.kind === 'exchange') sink.records.push(line);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: CollectorSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    segments: [],
    records: [],
    lines: [],
    bytes: () => Buffer.concat(parts),
    waitFor: (match) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no such record among ${sink.records.length}`)), 45_000);
        const look = (): void => {
          const found = sink.records.find(match);
          if (!found) return;
          clearTimeout(late);
          waiters.delete(look);
          resolve(found);
        };
        waiters.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return sink;
}
