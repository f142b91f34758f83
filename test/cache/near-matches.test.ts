// A question that means the same as one before may have its answer, but only where that was asked for, numbers and names are
// the same, and enough such answers have been held against fresh ones.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustAgree } from '../../proxy/cache/near/must-agree.ts';
import { NearTrust } from '../../proxy/cache/near/near-trust.ts';
import { sameAnswer } from '../../proxy/cache/near/same-answer.ts';
import { chatBody, type FailoverHouse, openFailoverHouse } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { cached, wordsOf } from './cache-house.ts';

describe('what two questions must agree in', () => {
  it.each([
    ['How do I get a refund?', 'Please tell me how I get a refund', true],
    ['What is 15 % of 80?', 'What is 15 % of 90?', false],
    ['Who founded Siemens?', 'Who founded Bosch?', false],
    ['Paris to London by train', 'London to Paris by train', false],
    ['Is it safe to take it?', 'Is it not safe to take it?', false],
    ['How do I enable alerts?', 'How do I disable alerts?', false],
    ['What does "ETA" mean?', 'What does "ETD" mean?', false],
    ['How is maxTokens set?', 'How is maxRetries set?', false],
    ["Why doesn't it start?", 'Why does it start?', false],
    ['Berlin has how many people?', 'Madrid has how many people?', false],
  ])('"%s" and "%s"', (one, other, agree) => {
    expect(mustAgree(one) === mustAgree(other)).toBe(agree);
  });
});

describe('trust', () => {
  it('needs hundreds of right answers, and few wrong ones undo it', () => {
    const trust = new NearTrust();
    expect(trust.atMost('a')).toBe(1);
    for (let i = 0; i < 200; i++) trust.note('a', true);
    expect(trust.atMost('a')).toBeGreaterThan(0.01);
    for (let i = 0; i < 600; i++) trust.note('a', true);
    expect(trust.atMost('a')).toBeLessThan(0.01);
    for (let i = 0; i < 5; i++) trust.note('a', false);
    expect(trust.atMost('a')).toBeGreaterThan(0.01);
    expect(trust.atMost('b')).toBe(1);
  });
});

describe('two answers', () => {
  it('say the same where nearly all their words are the same', () => {
    expect(sameAnswer('Yes: within 30 days.', 'yes within 30 days')).toBe(true);
    expect(sameAnswer('You get it back within 30 days.', 'You get it back within 30 days, of course.')).toBe(true);
    expect(sameAnswer('It takes three days.', 'Ask the support team.')).toBe(false);
  });
});

describe('a route that looks for near matches', () => {
  let at: FailoverHouse;
  let vectors: FaultyUpstream;
  beforeAll(async () => {
    vectors = await startFaultyUpstream();
    // All questions about refunds point one way, all others another.
    vectors.respond((reply, request) => {
      const { input } = JSON.parse(request.body.toString()) as { input: string[] };
      const data = input.map((text, index) => {
        const embedding = /refund|money back/i.test(text) ? [1, 0.01 * text.length, 0] : [0, 0, 1];
        return { object: 'embedding', index, embedding };
      });
      return answer({ pieces: [JSON.stringify({ object: 'list', data, model: 'e', usage: {} })] })(reply, request);
    });
    const near = (name: string, mode: string) => cached(name, { cache: { near: mode } });
    at = await openFailoverHouse({
      routes: [near('watches', 'shadow'), near('serves', 'serve'), near('wrong', 'serve')],
      providers: () => ({
        one: { like: 'openai' },
        vectors: { dialect: 'openai', baseUrl: `${vectors.url}/v1`, apiKey: 'k' },
      }),
      configuration: {
        routing: { embeddings: { provider: 'vectors', model: 'e', timeoutMs: 5000 } },
        cache: { near: { falseHits: 0.5, auditPercent: 0, similarity: 0.9 } },
      },
    });
    let count = 0;
    at.one.respond((reply, request) => {
      count += 1;
      const words = request.body.includes('wrongly')
        ? `different${count} each${count} time${count}`
        : 'Within 30 days.';
      return answer({ pieces: [chatBody(words)], framing: 'length' })(reply, request);
    });
  });
  afterAll(async () => {
    await at.close();
    await vectors.close();
  });

  const ask = async (model: string, content: string) => {
    const said = await at.ask(model, { body: { messages: [{ role: 'user', content }] } });
    return { status: said.headers['x-sightline-cache'], words: wordsOf(said.text), record: said.record };
  };
  /** Many ways to say it, each once, in letters alone. */
  const phrasing = (n: number): string =>
    `can i get a refund ${'abcdefghij'[n % 10]}${'klmnopqrst'[Math.floor(n / 10)]}`;

  it('serves a fresh answer in the shadow, and records whether the other had said the same', async () => {
    await ask('watches', 'how do i get a refund');
    const second = await ask('watches', 'how do i get my money back');
    expect(second.status).toBe('miss');
    const record = await second.record();
    expect(record.cache?.near).toMatchObject({ same: true });
    expect(record.cache?.near?.similarity).toBeGreaterThan(0.9);
    expect((await (await ask('watches', 'what is the weather')).record()).cache?.near).toBeUndefined();
  });

  it('serves the kept answer once it has been right often enough, and never to another number', async () => {
    const statuses: (string | undefined)[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await ask('serves', phrasing(n))).status);
    const first = statuses.indexOf('near');
    expect(first).toBeGreaterThan(4);
    expect(statuses.slice(first)).toEqual(statuses.slice(first).map(() => 'near'));
    const served = await ask('serves', phrasing(30));
    expect([served.status, served.words]).toEqual(['near', 'Within 30 days.']);
    const record = await served.record();
    expect(record).toMatchObject({ pricing: { costNanos: 0 }, cache: { status: 'near', near: { same: null } } });
    expect((await ask('serves', 'can i get a refund after 14 days')).status).toBe('miss');
  });

  it('goes on asking where the kept answer was another', async () => {
    const statuses: (string | undefined)[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await ask('wrong', `${phrasing(n)} wrongly`)).status);
    expect(new Set(statuses)).toEqual(new Set(['miss']));
  });
});
