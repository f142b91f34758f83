// Access tokens for Vertex AI, fetched from a server that checks the assertion as Google does.
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceAccount } from '../../configuration/provider.ts';
import { readServiceAccount } from '../../configuration/service-account.ts';
import { createGoogleTokens, type GoogleTokens } from '../../proxy/upstream/google-token.ts';
import { folderWith } from '../configuration/folder.ts';
import { openHouse } from '../support/proxy-house.ts';
import { accountJson, startTokenServer, type TokenServer } from './google-account.ts';
import { startHeaderUpstream } from './header-upstream.ts';

const minute = 60_000;
const agent = new Agent();
let server: TokenServer;
let account: ServiceAccount;
let now = 0;
let tokens: GoogleTokens;

beforeAll(() => {
  now = Date.UTC(2026, 0, 2);
});
beforeEach(async () => {
  server = await startTokenServer();
  account = readServiceAccount('', JSON.stringify(accountJson(server.url)), [])?.account as ServiceAccount;
  tokens = createGoogleTokens(agent, () => now);
});
afterEach(() => server.close());
afterAll(() => agent.close());

const token = () => tokens.tokenFor('vertex', account);
/** Until the token in the background has been asked for. */
const asked = async (times: number): Promise<void> => {
  while (server.asked.length < times) await new Promise((wait) => setTimeout(wait, 2));
};

describe('a token', () => {
  it('is given for an assertion that the account has signed', async () => {
    expect(await token()).toBe('ya29.token-1');
    const seconds = now / 1000;
    expect(server.asked).toEqual([
      {
        header: { alg: 'RS256', typ: 'JWT', kid: 'kid-1' },
        claims: {
          ...{ iss: 'proxy@some-project.iam.gserviceaccount.com', aud: server.url, iat: seconds, exp: seconds + 3600 },
          scope: 'https://www.googleapis.com/auth/cloud-platform',
        },
        genuine: true,
      },
    ]);
  });

  it('is fetched once for all who ask at the same time, and for all who come later', async () => {
    expect(await Promise.all([token(), token(), token()])).toEqual(Array(3).fill('ya29.token-1'));
    now += 54 * minute;
    expect(await token()).toBe('ya29.token-1');
    expect(server.asked).toHaveLength(1);
  });

  it('still serves while the next one is fetched, shortly before its end', async () => {
    await token();
    now += 56 * minute;
    expect(await token()).toBe('ya29.token-1');
    await asked(2);
    while ((await token()) === 'ya29.token-1') await new Promise((wait) => setTimeout(wait, 2));
    expect(server.asked).toHaveLength(2);
  });

  it('serves to its end where the next one is refused, and no longer', async () => {
    await token();
    server.answer = { status: 503, body: 'busy' };
    now += 56 * minute;
    expect(await token()).toBe('ya29.token-1');
    await asked(2);
    now += 4 * minute;
    await expect(token()).rejects.toMatchObject({ code: 'SIGHTLINE_UPSTREAM_INVALID' });
  });
});

describe('without a token', () => {
  it.each([
    [400, '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}', 'SIGHTLINE_KEY_MISSING'],
    [200, '{"id_token":"of no use"}', 'SIGHTLINE_KEY_MISSING'],
    [500, '<html>', 'SIGHTLINE_UPSTREAM_INVALID'],
  ])('a %d with %s says why', async (status, body, code) => {
    server.answer = { status, body };
    const failure = await token().catch((error: Error) => error);
    expect(failure).toMatchObject({ code });
    const { message } = failure as Error;
    expect(message).toContain('Check "credentials" of providers.vertex.');
    if (body.includes('Invalid JWT')) expect(message).toContain('invalid_grant: Invalid JWT Signature.');
  });

  it('the next call tries again', async () => {
    server.answer = { status: 500, body: '' };
    await expect(token()).rejects.toThrow();
    server.answer = null;
    expect(await token()).toBe('ya29.token-2');
  });

  it('a server that is not there is told as such', async () => {
    const nobody = { ...account, tokenUri: 'http://127.0.0.1:1/token' };
    await expect(tokens.tokenFor('vertex', nobody)).rejects.toMatchObject({ code: 'SIGHTLINE_UPSTREAM_REFUSED' });
  });
});

describe('a house with a service account', () => {
  it('reaches Vertex AI with a token, translated and passed through, and never shows the key or the token', async () => {
    const upstream = await startHeaderUpstream();
    const folder = folderWith({ 'account.json': accountJson(server.url) });
    const vertex = { baseUrl: upstream.url, credentials: `file:${folder}/account.json`, region: 'us-central1' };
    const house = await openHouse({ configuration: { providers: { vertex } } });
    const post = (path: string, body: object) =>
      fetch(house.url + path, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-client' },
      });
    const messages = [{ role: 'user', content: 'Hi' }];
    const answer = await post('/v1/chat/completions', { model: 'vertex/gemini-2.5-flash', messages });
    expect(answer.status, await answer.clone().text()).toBe(200);
    await answer.text();
    const claude = await post('/v1/messages', { model: 'vertex/claude-opus-4-5@20251101', max_tokens: 9, messages });
    expect(await claude.json()).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Yes.' }] });
    await (await post('/vertex/v1/projects/p/locations/l/publishers/google/models/m:countTokens', {})).text();
    const [first, claudes] = upstream.requests;
    expect(first?.path).toBe(
      '/v1beta1/projects/some-project/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent',
    );
    expect(claudes?.path).toBe(
      '/v1/projects/some-project/locations/us-central1/publishers/anthropic/models/claude-opus-4-5@20251101:rawPredict',
    );
    expect(JSON.parse(claudes?.body ?? '')).toEqual({
      anthropic_version: 'vertex-2023-10-16',
      max_tokens: 9,
      messages,
    });
    expect(upstream.requests).toHaveLength(3);
    for (const request of upstream.requests) expect(request?.headers.authorization).toBe('Bearer ya29.token-1');
    expect(server.asked).toHaveLength(1);
    await house.record(answer.headers.get('x-sightline-id') ?? '');
    expect(house.sink.bytes().includes('ya29.')).toBe(false);
    expect(house.sink.bytes().includes('PRIVATE KEY')).toBe(false);
    await house.close();
    await upstream.close();
  });
});
