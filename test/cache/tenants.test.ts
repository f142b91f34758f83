// What one tenant was told, no other is told again (A27), and whoever comes with a provider's key of its own shares with
// nobody who has not that key.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyDigest } from '../../configuration/keys/key-digest.ts';
import { makeId, makeKey } from '../../configuration/keys/key-text.ts';
import { KeyRecord } from '../../contract/access/key.ts';
import { chatBody } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type SettableAccess, settableAccess } from '../vault/sealed.ts';

const pepper = randomBytes(32);
let upstream: FaultyUpstream;
let house: ProxyHouse;
let access: SettableAccess;
const keys: Record<string, string> = {};
beforeAll(async () => {
  upstream = await startFaultyUpstream();
  let count = 0;
  upstream.respond((reply, request) => {
    count += 1;
    return answer({ pieces: [chatBody(`answer ${count}`)], framing: 'length' })(reply, request);
  });
  access = settableAccess();
  access.set({
    keys: [
      made('acme', { tenant: 'acme' }),
      made('acme too', { tenant: 'acme' }),
      made('globex', { tenant: 'globex' }),
      made('acme, one provider', { tenant: 'acme', providers: ['openai'] }),
    ],
  });
  house = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'house-key' },
        mistral: { baseUrl: `${upstream.url}/v1` },
      },
      routes: [{ name: 'all', targets: [{ provider: 'openai', model: 'gpt-4o-mini' }], cache: {} }],
    },
    ...{ access, pepper },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

function made(name: string, binding: object): KeyRecord {
  const key = makeKey(randomBytes);
  keys[name] = key;
  const facts = { id: makeId('key', randomBytes), digest: keyDigest(key, pepper), last4: key.slice(-4), createdAt: 1 };
  return KeyRecord.parse({ name, ...binding, ...facts });
}

async function ask(key: string, model = 'any', headers: Record<string, string> = {}): Promise<[string | null, string]> {
  const response = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const body = (await response.json()) as { choices?: { message: { content: string } }[] };
  return [response.headers.get('x-sightline-cache'), body.choices?.[0]?.message.content ?? JSON.stringify(body)];
}

it('gives answers again within a tenant and never beyond it, whatever a client claims', async () => {
  expect(await ask(keys.acme as string)).toEqual(['miss', 'answer 1']);
  expect(await ask(keys['acme too'] as string)).toEqual(['hit', 'answer 1']);
  expect(await ask(keys.globex as string)).toEqual(['miss', 'answer 2']);
  const claims = { 'x-sightline-tenant': 'acme', 'x-sightline-tags': 'tenant=acme' };
  expect(await ask(keys.globex as string, 'any', claims)).toEqual(['hit', 'answer 2']);
});

it('keeps apart those whose key allows other providers', async () => {
  const key = keys['acme, one provider'] as string;
  expect((await ask(key))[0]).toBe('miss');
  expect((await ask(key))[0]).toBe('hit');
});
