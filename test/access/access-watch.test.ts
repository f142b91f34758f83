// How proxies hear of what is in force: polled from a real collector, kept on disk, and never taken for gone.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyAccess } from '../../contract/access/access-document.ts';
import type { KeyView } from '../../contract/access/key.ts';
import { type PolledAccess, pollEveryMs, staleAfterMs, watchAccess } from '../../proxy/access/access-watch.ts';
import { quietCollector } from '../collector/quiet-collector.ts';
import { openHouse } from '../support/proxy-house.ts';
import { bearer, ownerKey, pepper, startUpstream } from './keyed-house.ts';

async function folder(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-access-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

interface Peer {
  url: string;
  asked: IncomingMessage[];
  answer(request: IncomingMessage, response: ServerResponse): void;
}

async function startPeer(): Promise<Peer> {
  const server = createServer((request, response) => {
    peer.asked.push(request);
    peer.answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const peer: Peer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: (_request, response) => void response.end(JSON.stringify({ ...emptyAccess, version: 'one' })),
  };
  return peer;
}

/** Asks only when a test says so. */
function watching(collectorUrl: string, directory: string, more: { clock?: () => number; ingestKey?: string } = {}) {
  const problems: string[] = [];
  const watch = watchAccess({
    ...{ collectorUrl, directory, ingestKey: '', clock: Date.now, random: () => 0.5, everyMs: 3_600_000 },
    onProblem: (message) => problems.push(message),
    ...more,
  });
  onTestFinished(() => watch.stop());
  return { watch, problems };
}

describe('what is known', () => {
  it('is asked for under the ingest key, and only once sent in full', async () => {
    const peer = await startPeer();
    const { watch } = watching(peer.url, await folder(), { ingestKey: 'proxies' });
    expect(watch.known()).toBe(false);
    await watch.poll();
    expect(watch.known()).toBe(true);
    peer.answer = (_request, response) => void response.writeHead(304).end();
    await watch.poll();
    expect(watch.current().version).toBe('one');
    expect(peer.asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"one"']);
    expect(peer.asked[0]?.headers.authorization).toBe('Bearer proxies');
  });

  it('lies on disk for this user alone, and is there at the next start without a collector', async () => {
    const [peer, directory] = [await startPeer(), await folder()];
    const { watch } = watching(peer.url, directory);
    await watch.poll();
    await watch.stop();
    const file = path.join(directory, 'access.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 'one' });
    const { watch: next } = watching('http://127.0.0.1:9', directory);
    expect([next.known(), next.current().version]).toEqual([true, 'one']);
    await next.poll();
    expect(next.current().version).toBe('one');
  });

  it('outlives a collector that fails, lies or is silent, and grows stale', async () => {
    const peer = await startPeer();
    let now = 0;
    const { watch, problems } = watching(peer.url, await folder(), { clock: () => now });
    await watch.poll();
    now = staleAfterMs;
    expect(watch.stale()).toBe(false);
    for (const answer of [
      (response: ServerResponse) => void response.writeHead(500).end(),
      (response: ServerResponse) => void response.end('<html>'),
      (response: ServerResponse) => void response.end('{"version":"two","keys":[{"id":"nonsense"}]}'),
      (response: ServerResponse) => void response.destroy(),
    ]) {
      peer.answer = (_request, response) => answer(response);
      await watch.poll();
      expect(watch.current().version).toBe('one');
    }
    now += 1;
    expect(watch.stale()).toBe(true);
    expect(problems).toHaveLength(4);
    peer.answer = (_request, response) => void response.writeHead(304).end();
    await watch.poll();
    expect(watch.stale()).toBe(false);
  });

  it('is not read from a file that is not what was written there', async () => {
    const directory = await folder();
    await writeFile(path.join(directory, 'access.json'), '{"version":"x"');
    const { watch, problems } = watching('http://127.0.0.1:9', directory);
    expect([watch.known(), watch.current()]).toEqual([false, emptyAccess]);
    expect(problems).toHaveLength(1);
  });
});

describe('A19: a revocation', () => {
  it('is in force in three proxies within five seconds', async () => {
    const collector = await quietCollector({}, { pepper });
    onTestFinished(() => collector.close());
    const url = await collector.listen({ host: '127.0.0.1', port: 0 });
    const { key, record } = (
      await collector.inject({ method: 'POST', url: '/api/keys', payload: { name: 'a' } })
    ).json() as { key: string; record: KeyView };
    const upstream = await startUpstream();
    const proxies = await Promise.all([1, 2, 3].map(() => proxyOf(url, upstream.url)));
    const statuses = (): Promise<number[]> => Promise.all(proxies.map(({ ask }) => ask(key)));
    expect(await statuses()).toEqual([200, 200, 200]);

    // The wait is counted in polls and not in seconds: each may come at most 1.1 times the interval after the one before.
    let polls = 0;
    await collector.inject({ method: 'DELETE', url: `/api/keys/${record.id}` });
    for (; polls < 10 && (await statuses()).some((status) => status !== 401); polls += 1)
      await Promise.all(proxies.map(({ watch }) => watch.poll()));
    expect(await statuses()).toEqual([401, 401, 401]);
    // The poll under way when the key was revoked, and the next one.
    expect(polls * pollEveryMs * 1.1).toBeLessThan(5000);
  });

  it('is asked for again and again without anybody calling', async () => {
    const peer = await startPeer();
    const { promise: thrice, resolve } = Promise.withResolvers<void>();
    peer.answer = (_request, response) => {
      response.writeHead(peer.asked.length === 1 ? 500 : 304).end();
      if (peer.asked.length === 3) resolve();
    };
    const watch = watchAccess({
      ...{ collectorUrl: peer.url, directory: await folder(), ingestKey: '', clock: Date.now, random: () => 0.99 },
      ...{ everyMs: 5, onProblem: () => {} },
    });
    onTestFinished(() => watch.stop());
    await thrice;
  });
});

async function proxyOf(
  collectorUrl: string,
  upstreamUrl: string,
): Promise<{ watch: PolledAccess; ask(key: string): Promise<number> }> {
  const { watch } = watching(collectorUrl, await folder());
  await watch.poll();
  const house = await openHouse({
    ...{ access: watch, pepper },
    configuration: { providers: { openai: { baseUrl: `${upstreamUrl}/v1`, apiKey: ownerKey } } },
  });
  onTestFinished(() => house.close());
  const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [] });
  return {
    watch,
    async ask(key) {
      const headers = { 'content-type': 'application/json', ...bearer(key) };
      const answer = await fetch(`${house.url}/v1/chat/completions`, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}
