// What a key binds: it wins over whatever the client says, and neither a fallback nor a detour leads out of it.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bearer, type KeyedHouse, keyedHouse } from './keyed-house.ts';

const recordOf = (house: KeyedHouse, answer: { headers: Headers }) =>
  house.record(answer.headers.get('x-sightline-id') ?? '');

/** Asks for "o9" in a body that is not looked into. */
async function zipped(house: KeyedHouse, key: string): Promise<[number, string | null]> {
  const answer = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...bearer(key), 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync('{"model":"o9","messages":[]}'),
  });
  await answer.arrayBuffer();
  return [answer.status, answer.headers.get('x-sightline-error')];
}

describe('the binding of a key', () => {
  it('overwrites every claim, in headers, tags and the body, on both ways through', async () => {
    const house = await keyedHouse();
    const binding = { tenant: 'acme', team: 'search', app: 'indexer', environment: 'prod', user: 'ann', task: 'rank' };
    const { key, record } = house.key(binding);
    const claims = {
      'x-sightline-team': 'evil',
      'x-sightline-app': 'evil',
      'x-sightline-user': 'evil',
      'x-sightline-task': 'evil',
      'x-sightline-environment': 'evil',
      'x-sightline-tags': 'team=evil, app=evil',
      'x-portkey-metadata': '{"_user":"evil","_environment":"evil","_organisation":"evil"}',
    };
    const body = { user: 'evil', safety_identifier: 'evil', metadata: { user_id: 'evil', task: 'evil' } };
    for (const path of ['/v1/chat/completions', '/openai/v1/chat/completions']) {
      const answer = await house.chat({ ...bearer(key), ...claims }, body, path);
      const { attribution } = await recordOf(house, answer);
      const { user, ...rest } = binding;
      expect(attribution).toMatchObject({ ...rest, key: record.id });
      expect(attribution.user).not.toContain('evil');
    }
  });

  it('leaves to the client what it does not bind', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ team: 'search' });
    const answer = await house.chat({ ...bearer(key), 'x-sightline-task': 'rank', 'x-sightline-app': 'indexer' });
    expect((await recordOf(house, answer)).attribution).toMatchObject({ team: 'search', task: 'rank', app: 'indexer' });
  });
});

describe('models and providers of a key', () => {
  it('are allowed by the name asked for, the model, or provider/model, with *', async () => {
    const house = await keyedHouse();
    const ask = async (models: string[], model: string) =>
      (await house.chat(bearer(house.key({ models }).key), { model })).code;
    expect(await ask(['gpt-4o-mini'], 'gpt-4o-mini')).toBe('');
    expect(await ask(['gpt-4o*'], 'gpt-4o-mini')).toBe('');
    expect(await ask(['openai/gpt-4o-mini'], 'gpt-4o-mini')).toBe('');
    expect(await ask(['other/*'], 'other/x')).toBe('');
    expect(await ask(['gpt-4o'], 'gpt-4o-mini')).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    expect(await ask(['openai/*'], 'other/gpt-4o-mini')).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    expect(await ask(['gpt-4o*'], 'gpt-4o/../o9')).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
  });

  it('hold for the last of two models in one body, and for a body that nobody can read', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ models: ['gpt-4o-mini'] });
    const twice = '{"model":"gpt-4o-mini","messages":[],"mod\\u0065l":"o9"}';
    expect(await house.chat(bearer(key), twice)).toMatchObject({ status: 403, code: 'SIGHTLINE_KEY_NOT_ALLOWED' });
    expect(await zipped(house, key)).toEqual([403, 'SIGHTLINE_KEY_NOT_ALLOWED']);
    expect(house.openai.calls).toEqual([]);
    // A route that takes every call and leads to what the key allows: the body goes along as it is.
    const targets = [{ provider: 'openai', model: 'gpt-4o-mini' }];
    const routed = await keyedHouse({ routes: [{ name: 'all', targets }] });
    const another = routed.key({ models: ['gpt-4o-mini'] });
    expect(await zipped(routed, another.key)).toEqual([403, 'SIGHTLINE_KEY_NOT_ALLOWED']);
    expect(routed.openai.calls).toEqual([]);
  });

  it('keep a fallback of the route from leaving them', async () => {
    const house = await keyedHouse({
      routes: [
        {
          name: 'smart',
          match: { model: 'smart' },
          targets: [{ provider: 'openai', model: 'gpt-4o-mini' }],
          fallback: [{ provider: 'other', model: 'gpt-4o-mini' }],
        },
      ],
    });
    house.openai.status = 500;
    const bound = await house.chat(bearer(house.key({ providers: ['openai'] }).key), { model: 'smart' });
    expect(bound.status).toBe(500);
    expect(house.other.calls).toEqual([]);
    const only = await house.chat(bearer(house.key({ models: ['openai/*'] }).key), { model: 'smart' });
    expect(only.status).toBe(500);
    expect(house.other.calls).toEqual([]);
    const free = await house.chat(bearer(house.key({ models: ['smart'] }).key), { model: 'smart' });
    expect(free.status).toBe(200);
    expect(house.other.calls).toHaveLength(1);
  });

  it('keep a fallback that the client itself names from leaving them', async () => {
    const house = await keyedHouse();
    house.openai.status = 500;
    const { key } = house.key({ models: ['gpt-4o-mini'] });
    const wish = { model: 'gpt-4o-mini', models: ['other/o9'] };
    expect((await house.chat(bearer(key), wish)).status).toBe(500);
    expect(house.other.calls).toEqual([]);
    expect((await house.chat(bearer(house.key().key), wish)).status).toBe(200);
    expect(house.other.calls).toHaveLength(1);
  });

  it('keep a copy for a shadow at home', async () => {
    const house = await keyedHouse({
      routes: [
        {
          name: 'smart',
          match: { model: 'smart' },
          targets: [{ provider: 'openai', model: 'gpt-4o-mini' }],
          shadow: { target: { provider: 'other', model: 'gpt-4o-mini' } },
        },
      ],
    });
    const { key } = house.key({ providers: ['openai'] });
    const answer = await house.chat(bearer(key), { model: 'smart' });
    await recordOf(house, answer);
    expect(house.other.calls).toEqual([]);
  });

  it('close the way through to other providers, and to what cannot be seen of a body', async () => {
    const house = await keyedHouse();
    const through = (binding: object, path: string) => house.chat(bearer(house.key(binding).key), {}, path);
    const chat = '/openai/v1/chat/completions';
    expect(await through({ providers: ['other'] }, chat)).toMatchObject({
      ...{ status: 403, code: 'SIGHTLINE_KEY_NOT_ALLOWED' },
    });
    expect((await through({ models: ['gpt-4o-mini'] }, chat)).code).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    expect((await through({ models: ['gpt-4o-mini'] }, '/openai/v1/batches')).code).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    expect(house.openai.calls).toEqual([]);
    expect((await through({ models: ['openai/*'] }, chat)).status).toBe(200);
    expect((await through({ providers: ['openai'] }, chat)).status).toBe(200);
  });

  it('are what GET /v1/models shows, and nothing else', async () => {
    const house = await keyedHouse({
      routes: [
        { name: 'a', match: { model: 'smart' }, targets: [{ provider: 'openai', model: 'gpt-4o-mini' }] },
        { name: 'b', match: { model: 'secret' }, targets: [{ provider: 'other', model: 'o9' }] },
      ],
    });
    const list = async (binding: object): Promise<string[]> => {
      const { text } = await house.get('/v1/models', bearer(house.key(binding).key));
      return (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
    };
    const everything = ['gpt-4o-mini', 'o9', 'other/gpt-4o-mini', 'other/o9', 'secret', 'smart'];
    expect(await list({})).toEqual(everything);
    expect(await list({ models: ['smart'] })).toEqual(['smart']);
    expect(await list({ providers: ['other'] })).toEqual(['other/gpt-4o-mini', 'other/o9', 'secret']);
    const { key } = house.key({ models: ['smart'] });
    expect((await house.get('/v1/models/o9', bearer(key))).status).toBe(404);
    expect((await house.get('/v1/models/smart', bearer(key))).status).toBe(200);
  });
});

describe('networks of a key', () => {
  it('let it in from there and from nowhere else', async () => {
    const house = await keyedHouse({ access: { trustedProxies: ['loopback'] } });
    const { key } = house.key({ networks: ['203.0.113.0/24', '2001:db8::/32'] });
    const from = async (address: string) => (await house.chat({ ...bearer(key), 'x-forwarded-for': address })).code;
    expect(await from('203.0.113.77')).toBe('');
    expect(await from('::ffff:203.0.113.77')).toBe('');
    expect(await from('2001:db8::1')).toBe('');
    expect(await from('203.0.114.1')).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    expect((await house.chat(bearer(key))).code).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
  });
});

describe('a provider’s key of the client’s own', () => {
  const providers = { theirs: { dialect: 'openai', baseUrl: 'http://127.0.0.1:9/v1' } };

  it('is passed on to the provider that takes it, keys or no keys', async () => {
    const own = await keyedHouse({ providers });
    own.key();
    const answer = await own.chat(bearer('sk-mine'), {}, '/theirs/v1/chat/completions');
    expect(answer.code).toBe('SIGHTLINE_UPSTREAM_REFUSED'); // let in, and sent where nobody listens
  });

  it('is refused where the operator says so', async () => {
    const house = await keyedHouse({ providers, access: { clientKeys: 'refuse' } });
    const ask = () => house.chat(bearer('sk-mine'), {}, '/theirs/v1/chat/completions');
    expect((await ask()).code).toBe('SIGHTLINE_KEY_REQUIRED');
    house.key();
    expect((await ask()).code).toBe('SIGHTLINE_KEY_REQUIRED');
  });

  it('opens nothing that is configured here', async () => {
    const house = await keyedHouse();
    house.key();
    const wish = { model: 'gpt-4o-mini', models: ['other/o9'] };
    expect((await house.chat(bearer('sk-mine'), wish)).code).toBe('SIGHTLINE_KEY_REQUIRED');
    expect(house.openai.calls).toEqual([]);
    expect(house.other.calls).toEqual([]);
  });

  it('may go along with a Sightline key, which says who asks', async () => {
    const house = await keyedHouse({ providers });
    const { key, record } = house.key();
    const both = { ...bearer('sk-mine'), 'x-sightline-key': key };
    const answer = await house.chat(both, {}, '/theirs/v1/chat/completions');
    expect(answer.code).toBe('SIGHTLINE_UPSTREAM_REFUSED');
    expect((await recordOf(house, answer)).attribution.key).toBe(record.id);
  });
});

describe('with access.keys required', () => {
  it('asks for a key although none exists yet', async () => {
    const house = await keyedHouse({ access: { keys: 'required' } });
    expect((await house.chat()).code).toBe('SIGHTLINE_KEY_REQUIRED');
    expect((await house.chat(bearer(house.key().key))).status).toBe(200);
  });
});
