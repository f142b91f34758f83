// A proxy for tests with Sightline keys: the access document changes when a test says so, and the providers behind it note
// every byte that reaches them.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { keyDigest } from '../../configuration/keys/key-digest.ts';
import { makeId, makeKey } from '../../configuration/keys/key-text.ts';
import { type AccessDocument, emptyAccess } from '../../contract/access/access-document.ts';
import { type KeyBinding, KeyRecord } from '../../contract/access/key.ts';
import type { AccessWatch } from '../../proxy/access/access-watch.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';

export interface PretendedAccess extends AccessWatch {
  become(changes: Partial<AccessDocument>): void;
}

export function pretendedAccess(document: Partial<AccessDocument> = {}): PretendedAccess {
  const listeners = new Set<(document: AccessDocument) => void>();
  let current: AccessDocument = { ...emptyAccess, ...document };
  return {
    current: () => current,
    known: () => true,
    stale: () => false,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(changes) {
      current = { ...current, ...changes };
      for (const listener of listeners) listener(current);
    },
  };
}

export interface Upstream {
  url: string;
  calls: { method: string; url: string; headers: string[]; body: string }[];
  /** Answers with this status; 200 by default. */
  status: number;
}

const answer = {
  ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders: headers } = request;
      upstream.calls.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(upstream.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(url.includes('/models') ? { data: [{ id: 'gpt-4o-mini' }, { id: 'o9' }] } : answer));
    });
  });
  server.on('upgrade', (request, socket) => {
    const { method = '', url = '', rawHeaders: headers } = request;
    upstream.calls.push({ method, url, headers, body: '' });
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const upstream: Upstream = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: [], status: 200 },
  };
  return upstream;
}

export const pepper = Buffer.from('a pepper that stands in no database');
export const ownerKey = 'sk-the-operators-own-key';

export interface KeyedHouse extends ProxyHouse {
  access: PretendedAccess;
  openai: Upstream;
  other: Upstream;
  /** Makes a key of this binding, in force at once. */
  key(binding?: Partial<KeyBinding>, changes?: Partial<KeyRecord>): { key: string; record: KeyRecord };
  change(id: string, changes: Partial<KeyRecord>): void;
  chat(headers?: Record<string, string>, body?: object | string, path?: string): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  status: number;
  code: string;
  text: string;
  headers: Headers;
}

/** Two providers with keys of the operator's: "openai", and "other", which speaks the same. */
export async function keyedHouse(configuration: Record<string, unknown> = {}): Promise<KeyedHouse> {
  const [openai, other] = [await startUpstream(), await startUpstream()];
  const access = pretendedAccess();
  const house = await openHouse({
    ...{ access, pepper },
    configuration: {
      providers: {
        openai: { baseUrl: `${openai.url}/v1`, apiKey: ownerKey },
        other: { dialect: 'openai', baseUrl: `${other.url}/v1`, apiKey: `${ownerKey}-2` },
        ...(configuration.providers as object),
      },
      ...Object.fromEntries(Object.entries(configuration).filter(([name]) => name !== 'providers')),
    },
  });
  onTestFinished(() => house.close());
  const read = async (response: Response): Promise<Answer> => ({
    status: response.status,
    code: response.headers.get('x-sightline-error') ?? '',
    text: await response.text(),
    headers: response.headers,
  });
  return {
    ...house,
    ...{ access, openai, other },
    key(binding = {}, changes = {}) {
      const key = makeKey(randomBytes);
      const record = KeyRecord.parse({
        ...{ name: 'a key', id: makeId('key', randomBytes), digest: keyDigest(key, pepper), last4: key.slice(-4) },
        ...{ createdAt: 1, ...binding, ...changes },
      });
      access.become({ keys: [...access.current().keys, record] });
      return { key, record };
    },
    change(id, changes) {
      access.become({ keys: access.current().keys.map((one) => (one.id === id ? { ...one, ...changes } : one)) });
    },
    chat: async (headers = {}, body = {}, path = '/v1/chat/completions') =>
      read(
        await fetch(house.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body:
            typeof body === 'string'
              ? body
              : JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }], ...body }),
        }),
      ),
    get: async (path, headers = {}) => read(await fetch(house.url + path, { headers, redirect: 'manual' })),
  };
}

export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Everything that one call sent to a provider, as one text. */
export const allOf = (upstream: Upstream): string => JSON.stringify(upstream.calls);
