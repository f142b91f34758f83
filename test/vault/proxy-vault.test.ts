// A whole proxy whose providers get their keys from the vault, while keys come and go under it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../contract/event.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, type SeenRequest, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { masterKey, type SettableAccess, sealedSecret, settableAccess, settableRing } from './sealed.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;
let access: SettableAccess;
let problems: string[];

beforeEach(async () => {
  upstream = await startFaultyUpstream();
  upstream.respond(answer({ headers: [['content-type', 'application/json']], pieces: ['{"choices":[]}'] }));
  problems = [];
});
afterEach(async () => {
  await house?.close();
  await upstream.close();
});

interface Given {
  secrets?: ReturnType<typeof sealedSecret>[];
  provider?: object;
  keys?: ReturnType<typeof masterKey>[];
  routes?: object[];
  env?: Record<string, string>;
}

async function open({ secrets = [], provider = {}, keys = [masterKey(1)], routes = [], env = {} }: Given = {}) {
  access = settableAccess(secrets);
  house = await openHouse({
    configuration: { providers: { openai: { baseUrl: `${upstream.url}/v1`, ...provider } }, routes },
    ...{ access, env, keyRing: settableRing(...keys), onProblem: (message) => problems.push(message) },
  });
}

const body = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] });
const call = (path = '/v1/chat/completions', headers: Record<string, string> = {}) =>
  fetch(house.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
const keyOf = (request: SeenRequest | undefined) => request?.header('authorization');
const keysUsed = () => upstream.requests.map(keyOf);
const events = (action: string) =>
  house.sink.lines.filter((line): line is EventRecord => line.kind === 'event' && line.action === action);

describe('a provider without a key in the file', () => {
  it('goes out with the secrets of the vault, turn by turn, in every way through the proxy', async () => {
    await open({ secrets: [sealedSecret('a'), sealedSecret('b')] });
    for (const path of ['/v1/chat/completions', '/v1/chat/completions', '/openai/v1/files'])
      expect((await call(path)).status).toBe(200);
    expect(keysUsed().slice(0, 2).sort()).toEqual(['Bearer sk-canary-a', 'Bearer sk-canary-b']);
    expect(keysUsed()[2]).toMatch(/^Bearer sk-canary-[ab]$/);
  });

  it('does not send on what a client put where a key belongs', async () => {
    await open({ secrets: [sealedSecret('a')] });
    await call('/v1/chat/completions', { authorization: 'Bearer placeholder' });
    expect(keysUsed()).toEqual(['Bearer sk-canary-a']);
  });

  it('prefers them to a variable of the environment, which stands in while there are none', async () => {
    await open({
      provider: { baseUrl: undefined },
      env: { OPENAI_API_KEY: 'sk-env', OPENAI_BASE_URL: `${upstream.url}/v1` },
    });
    await call();
    access.set({ secrets: [sealedSecret('a')] });
    await call();
    access.set({ secrets: [] });
    await call();
    expect(keysUsed()).toEqual(['Bearer sk-env', 'Bearer sk-canary-a', 'Bearer sk-env']);
  });

  it('is a target that routes may choose, as long as there is one', async () => {
    const routes = [{ name: 'r', match: { model: 'smart' }, targets: [{ provider: 'openai', model: 'gpt-4o-mini' }] }];
    await open({ routes });
    const ask = () =>
      fetch(`${house.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'smart', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
      });
    const refused = await ask();
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining('no_credential')]);
    access.set({ secrets: [sealedSecret('a')] });
    await ask();
    expect(new Set(keysUsed())).toEqual(new Set(['Bearer sk-canary-a']));
  });
});

describe('a provider with a key in the file', () => {
  it('never uses the vault', async () => {
    await open({ secrets: [sealedSecret('a')], provider: { apiKey: 'sk-file' } });
    await call();
    expect(keysUsed()).toEqual(['Bearer sk-file']);
  });

  it('uses nothing but the vault where that key is "vault:"', async () => {
    await open({ provider: { apiKey: 'vault:' }, env: { OPENAI_API_KEY: 'sk-env' } });
    const refused = await call('/v1/chat/completions', { authorization: 'Bearer sk-own' });
    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain('sightline vault add openai');
    access.set({ secrets: [sealedSecret('a')] });
    await call();
    expect(keysUsed()).toEqual(['Bearer sk-canary-a']);
  });
});

describe('while the proxy runs', () => {
  it('a secret that was taken back is not used again, and the call that it carries is not broken', async () => {
    await open({ secrets: [sealedSecret('a')] });
    const released = Promise.withResolvers<void>();
    upstream.respondOnce(async (reply) => {
      await reply.head(200, [
        ['content-type', 'application/json'],
        ['transfer-encoding', 'chunked'],
      ]);
      await released.promise;
      await reply.chunk('{"choices":[]}');
      await reply.endChunks();
    });
    const running = call();
    await upstream.request(1);
    access.set({ secrets: [sealedSecret('b')] });
    await call();
    released.resolve();
    expect(await (await running).text()).toBe('{"choices":[]}');
    expect(keysUsed()).toEqual(['Bearer sk-canary-a', 'Bearer sk-canary-b']);
  });

  it('a call that is tried again goes out with a key of now, never with one that was taken back', async () => {
    await open({ secrets: [sealedSecret('a'), sealedSecret('b')] });
    let first = '';
    upstream.respondOnce(async (reply, request) => {
      first = keyOf(request) ?? '';
      access.set({ secrets: [sealedSecret('c')] });
      await reply.head(429, [
        ['content-length', '2'],
        ['content-type', 'application/json'],
      ]);
      await reply.raw('{}');
    });
    await call();
    expect(first).toMatch(/sk-canary-[ab]$/);
    expect(
      keysUsed()
        .slice(1)
        .every((key) => key === 'Bearer sk-canary-c'),
    ).toBe(true);
  });

  it('a key that a provider refuses is left out, and another one of the vault goes', async () => {
    await open({ secrets: [sealedSecret('a'), sealedSecret('b')] });
    upstream.respond(async (reply, request) => {
      const good = keyOf(request)?.endsWith('-b');
      const text = good ? '{"choices":[]}' : '{"error":{"message":"no","code":"invalid_api_key"}}';
      await reply.head(good ? 200 : 401, [
        ['content-type', 'application/json'],
        ['content-length', String(text.length)],
      ]);
      await reply.raw(text);
    });
    for (let times = 0; times < 4; times++) expect((await call()).status).toBe(200);
    expect(keysUsed().filter((key) => key?.endsWith('-a')).length).toBeLessThanOrEqual(1);
  });
});

describe('without the master key', () => {
  it('the proxy starts, says so, and names it in the refusal', async () => {
    await open({ secrets: [sealedSecret('a')], keys: [], provider: { apiKey: 'vault:' } });
    expect(problems.join('\n')).toMatch(/secret_a{12} \(openai\)/);
    const refused = await call();
    expect(refused.status).toBe(401);
    expect(refused.headers.get('x-sightline-error')).toBe('SIGHTLINE_KEY_MISSING');
    expect(await refused.text()).toMatch(/master key.*missing here.*vault\.masterKey/);
    expect((await fetch(`${house.url}/readyz`)).status).toBe(200);
  });

  it('clients with keys of their own are served all the same', async () => {
    await open({ secrets: [sealedSecret('a')], keys: [] });
    expect((await call('/v1/chat/completions', { authorization: 'Bearer sk-own' })).status).toBe(200);
    expect(keysUsed()).toEqual(['Bearer sk-own']);
  });
});

describe('audit', () => {
  it('every opening is in the segments, and uses with their count when the proxy stops', async () => {
    await open({ secrets: [sealedSecret('a')] });
    for (let times = 0; times < 3; times++) await call();
    await house.proxy.close(0);
    await house.recorder.stop(5000);
    expect(events('secret.open')).toMatchObject([{ subject: 'secret_aaaaaaaaaaaa', boot: house.recorder.boot }]);
    expect(events('secret.use')).toMatchObject([{ subject: 'secret_aaaaaaaaaaaa', detail: { count: '3' } }]);
    expect(house.sink.bytes().toString()).not.toContain('canary');
  });
});
