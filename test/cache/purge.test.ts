// Whoever wants cached answers gone says so once, and no proxy serves them any longer.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cache } from '../../cli/cache.ts';
import { type AccessDocument, type CachePurge, emptyAccess } from '../../contract/access/access-document.ts';
import type { AccessWatch } from '../../proxy/access/access-watch.ts';
import { chatBody } from '../failover/failover-house.ts';
import { type House, openHouse as openCollector } from '../questions/house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';

/** What is written down reaches the database a moment later. */
async function eventually(read: () => Promise<object[]>): Promise<object[]> {
  for (;;) {
    const found = await read();
    if (found.length > 0) return found;
    await sleep(50);
  }
}

describe('a purge', () => {
  let collector: House;
  beforeAll(async () => {
    collector = await openCollector();
  });
  afterAll(() => collector.close());

  const inForce = async (): Promise<CachePurge[]> => (await collector.ask<AccessDocument>('/v1/access')).purges;

  it('is asked for by the command, told to every proxy, and written down without naming the user', async () => {
    const said: string[] = [];
    const terminal = {
      env: {},
      cwd: '/',
      root: '/',
      node: '',
      say: () => {},
      print: (text: string) => said.push(text),
    };
    const argv = ['purge', '--user', 'ada', '--namespace', 'shop', '--collector', collector.url, '--json'];
    expect(await cache.run(argv, { ...terminal, onStop() {} } as never)).toBe(0);
    const purge = JSON.parse(said[0] as string) as CachePurge;
    expect(purge).toMatchObject({ tenant: 'default', user: 'ada', namespace: 'shop' });
    expect(await inForce()).toEqual([purge]);
    const logged = await eventually(async () => {
      const { rows } = await collector.ask<{ rows: object[] }>('/api/events?action=cache.purge&last=1h');
      return rows;
    });
    expect(logged).toMatchObject([{ action: 'cache.purge', subject: purge.id, detail: { of: 'one user' } }]);
    expect(JSON.stringify(logged)).not.toContain('ada');
  });

  it('of the same answers again moves the one that there is', async () => {
    const ask = () =>
      fetch(`${collector.url}/api/cache/purge`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"tenant":"acme"}' },
      });
    const first = (await (await ask()).json()) as CachePurge;
    const second = (await (await ask()).json()) as CachePurge;
    expect(second.id).toBe(first.id);
    expect((await inForce()).filter(({ tenant }) => tenant === 'acme')).toEqual([second]);
  });
});

describe('a proxy that hears of a purge', () => {
  let upstream: FaultyUpstream;
  let house: ProxyHouse;
  let tell: (purges: CachePurge[]) => void;
  beforeAll(async () => {
    upstream = await startFaultyUpstream();
    upstream.respond(answer({ pieces: [chatBody('Hi')], framing: 'length' }));
    const listeners = new Set<(document: AccessDocument) => void>();
    const access: AccessWatch = {
      ...{ current: () => emptyAccess, known: () => true, stale: () => false },
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    tell = (purges) => {
      for (const listener of listeners) listener({ ...emptyAccess, purges });
    };
    house = await openHouse({
      configuration: {
        providers: { openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'none' } },
        cache: { automatic: true },
      },
      access,
    });
  });
  afterAll(async () => {
    await house.close();
    await upstream.close();
  });

  const ask = async (user: string): Promise<string | null> => {
    const body = { model: 'gpt-4o-mini', temperature: 0, messages: [{ role: 'user', content: `I am ${user}` }], user };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${house.url}/v1/chat/completions`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    });
    await response.text();
    return response.headers.get('x-sightline-cache');
  };

  it('serves nothing of what it was of, and everything else', async () => {
    expect([await ask('ada'), await ask('bob'), await ask('ada'), await ask('bob')]).toEqual([
      'miss',
      'miss',
      'hit',
      'hit',
    ]);
    tell([{ id: 'p', tenant: 'default', user: 'ada', namespace: '', before: Date.now() + 1 }]);
    expect(await ask('bob')).toBe('hit');
    expect(await ask('ada')).toBe('miss');
  });
});
