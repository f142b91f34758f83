// Where answers are kept: sealed outside of this process, within bounds inside of it, and gone when somebody says so.
import { describe, expect, it } from 'vitest';
import { AnswerCache } from '../../proxy/cache/answer-cache.ts';
import { cacheKeys } from '../../proxy/cache/cache-keys.ts';
import { type AnswerFacts, type KeptAnswer, openAnswer, sealAnswer } from '../../proxy/cache/kept-answer.ts';

const keys = cacheKeys(Buffer.alloc(32, 1));
const [one, other] = [keys('one'), keys('other')];

const kept = (body: string, facts: Partial<AnswerFacts> = {}): KeptAnswer => ({
  body: Buffer.from(body),
  facts: {
    ...{ tenant: 'one', user: '', namespace: '', dialect: 'openai-chat', exact: 'e', storedAt: 100 },
    ...{ freshUntil: 1000, staleUntil: 2000, provider: 'p', model: 'm', wire: 'openai-chat' },
    ...{ contentType: 'application/json', headers: [], exchangeId: 'x', costNanos: 5 },
    ...facts,
  },
});

function room(maxBytes = 1e6, shared = new Map<string, Buffer>()) {
  const time = { now: 500 };
  const answers = new AnswerCache({
    ...{ maxBytes, clock: () => time.now },
    shared: {
      get: async (key) => shared.get(key) ?? null,
      set: async (key, value) => shared.set(key, value) !== undefined,
    },
  });
  return { answers, time, shared };
}

describe('a sealed answer', () => {
  it('opens for its tenant under its name, and for nobody else', () => {
    const sealed = sealAnswer(kept('words'), 'name', one.seal);
    expect(openAnswer(sealed, 'name', one.seal)).toEqual(kept('words'));
    expect(openAnswer(sealed, 'name', other.seal)).toBeNull();
    expect(openAnswer(sealed, 'another', one.seal)).toBeNull();
    expect(sealed.includes('words')).toBe(false);
    sealed[20]! ^= 1;
    expect(openAnswer(sealed, 'name', one.seal)).toBeNull();
  });
});

describe('kept answers', () => {
  it('stay within their bytes, and what was not used for longest goes first', () => {
    const { answers } = room(5000, new Map());
    const memory = new AnswerCache({ maxBytes: 5000, clock: () => 500, shared: null });
    for (const name of ['a', 'b', 'c', 'd']) {
      memory.atHand('a');
      memory.keep(name, kept('x'.repeat(500)), one);
    }
    expect(memory.bytes).toBeLessThanOrEqual(5000);
    expect(['a', 'b', 'c', 'd'].map((name) => memory.atHand(name) !== null)).toEqual([true, false, true, true]);
    expect(answers.size).toBe(0);
  });

  it('are found by another proxy, sealed on the way', async () => {
    const here = room();
    here.answers.keep('name', kept('words'), one);
    const there = room(1e6, here.shared);
    expect((await there.answers.find('name', one))?.body.toString()).toBe('words');
    expect([...here.shared.values()].some((value) => value.includes('words'))).toBe(false);
    expect(await room(1e6, here.shared).answers.find('name', other)).toBeNull();
  });

  it('are gone when their last time has passed', async () => {
    const { answers, time } = room();
    answers.keep('name', kept('words'), one);
    time.now = 1999;
    expect(await answers.find('name', one)).not.toBeNull();
    time.now = 2000;
    expect(await answers.find('name', one)).toBeNull();
  });

  it.each([
    ['all of the tenant', {}, ['fresh', 'foreign']],
    ['those of a user', { user: 'u' }, ['fresh', 'foreign', 'plain', 'shop']],
    ['those of a namespace and all within it', { namespace: 'shop' }, ['fresh', 'foreign', 'plain', 'mine']],
  ])('are gone where somebody purges %s, in memory and in Redis alike', async (_, meant, left) => {
    const { answers, shared } = room();
    const all: Record<string, Partial<AnswerFacts>> = {
      ...{ fresh: { storedAt: 300, user: 'u', namespace: 'shop' }, foreign: { tenant: 'other', user: 'u' } },
      ...{ plain: {}, mine: { user: 'u' }, shop: { namespace: 'shop/aisle' } },
    };
    const keysFor = (name: string) => (name === 'foreign' ? other : one);
    for (const [name, facts] of Object.entries(all)) answers.keep(name, kept(name, facts), keysFor(name));
    const purges = [{ id: '1', tenant: 'one', user: '', namespace: '', before: 200, ...meant }];
    answers.purge(purges);
    const anew = room(1e6, shared);
    anew.answers.purge(purges);
    for (const { answers: place } of [{ answers }, anew]) {
      const found = await Promise.all(
        Object.keys(all).map(async (name) => (await place.find(name, keysFor(name))) && name),
      );
      expect(found.filter((name) => name !== null)).toEqual(left);
    }
  });
});
