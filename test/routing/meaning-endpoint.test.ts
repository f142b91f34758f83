// An embeddings endpoint that says what prompts are like, and the built-in classifier behind it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RouteConfiguration } from '../../contract/routes.ts';
import { createMeaningEndpoint } from '../../proxy/meaning-endpoint.ts';
import { until } from '../cli/run.ts';
import { answer, hang } from '../support/faulty-behaviours.ts';
import { type Behaviour, type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer } from '../support/wire-samples.ts';

const refunds = ['How do I get a refund?', 'I want my money back for this order', 'Please refund my last payment'];
/** Shares no word with the examples, and means the same. */
const reworded = 'Reimburse me now';
const unlike = 'Sing a lullaby';

/** A model that knows two thoughts. */
function vectorOf(text: string): number[] {
  const refund = /refund|money|reimburse/i.test(text) ? 1 : 0;
  return [refund, 1 - refund, 0.01 * (text.length % 7)];
}

const embeds: Behaviour = (reply, request) => {
  const { input } = JSON.parse(request.body.toString()) as { input: string[] };
  const data = input.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }));
  const body = JSON.stringify({ object: 'list', data, model: 'vectors', usage: { prompt_tokens: 1, total_tokens: 1 } });
  return answer({ pieces: [body] })(reply, request);
};

describe('a proxy with an embeddings endpoint', () => {
  let vectors: FaultyUpstream;
  let chat: FaultyUpstream;
  let house: ProxyHouse;

  beforeAll(async () => {
    [vectors, chat] = await Promise.all([startFaultyUpstream(), startFaultyUpstream()]);
    vectors.respond(embeds);
    chat.respond(answer({ pieces: [chatAnswer] }));
    const target = [{ provider: 'chat', model: 'm' }];
    house = await openHouse({
      configuration: {
        providers: {
          chat: { dialect: 'openai', baseUrl: `${chat.url}/v1`, apiKey: 'sk-chat' },
          vectors: { dialect: 'openai', baseUrl: `${vectors.url}/v1`, apiKey: 'sk-vectors', region: 'us' },
        },
        routing: { embeddings: { provider: 'vectors', model: 'vectors', timeoutMs: 300 } },
        routes: [
          { name: 'refunds', match: { model: 'smart', examples: refunds }, targets: target },
          { name: 'rest', match: { model: 'smart' }, targets: target },
          { name: 'plain', match: { model: 'plain' }, targets: target },
          {
            name: 'at-home',
            match: { model: 'guarded', examples: refunds },
            targets: target,
            constraints: { selfHostedFor: ['confidential'] },
          },
        ],
      },
    });
    await until('the examples to be learned', async () => (await degraded()).length === 0);
  });
  beforeEach(() => vectors.respond(embeds));
  afterAll(async () => {
    await house.close();
    await Promise.all([vectors.close(), chat.close()]);
  });

  const degraded = async (): Promise<string[]> =>
    ((await (await fetch(`${house.url}/readyz`)).json()) as { degraded: string[] }).degraded;
  async function decisionFor(prompt: string, model = 'smart', headers: Record<string, string> = {}) {
    const answered = await fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
    });
    await answered.text();
    const { decision } = await house.record(answered.headers.get('x-sightline-id') ?? '');
    return { status: answered.status, route: decision?.route, meaning: decision?.meaning ?? null };
  }
  const askedTexts = () => vectors.requests.flatMap(({ body }) => JSON.parse(body.toString()).input as string[]);

  it('recognises what shares no word with the examples', async () => {
    expect(await decisionFor(reworded)).toMatchObject({ route: 'refunds', meaning: { route: 'refunds' } });
    expect(await decisionFor(unlike)).toMatchObject({ route: 'rest' });
    expect(vectors.requests[0]?.header('authorization')).toBe('Bearer sk-vectors');
  });

  it('does not ask where no route has to know', async () => {
    const before = vectors.requests.length;
    expect(await decisionFor(reworded, 'plain')).toMatchObject({ route: 'plain', meaning: null });
    expect(vectors.requests.length).toBe(before);
  });

  it('keeps a prompt from it that a route keeps in the house', async () => {
    await decisionFor('Refund the secret parcel', 'guarded', { 'x-sightline-sensitivity': 'confidential' });
    expect(askedTexts()).not.toContain('Refund the secret parcel');
    await decisionFor('Refund the public parcel', 'guarded');
    expect(askedTexts()).toContain('Refund the public parcel');
  });

  it('leaves the choice to the classifier when the endpoint fails', async () => {
    vectors.respond(answer({ status: 500 }));
    expect(await decisionFor('Please refund my payment')).toMatchObject({ status: 200, route: 'refunds' });
    expect(await decisionFor(reworded)).toMatchObject({ status: 200, route: 'rest' });
  });

  it('and when it hangs: after a few calls nobody waits for it any more', async () => {
    vectors.respond(hang());
    for (let call = 0; call < 4; call++)
      expect(await decisionFor('Please refund my payment')).toMatchObject({ status: 200, route: 'refunds' });
    expect(await degraded()).toEqual(['embeddings']);
    const before = vectors.requests.length;
    expect(await decisionFor('Please refund my payment')).toMatchObject({ status: 200, route: 'refunds' });
    expect(vectors.requests.length).toBe(before);
  });
});

describe('the endpoint', () => {
  const routes = [
    RouteConfiguration.parse({
      name: 'refunds',
      match: { examples: refunds },
      targets: [{ provider: 'a', model: 'm' }],
    }),
  ];
  const among = new Set(['refunds']);
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  function endpoint(fails = false) {
    const world = { now: 0, fails, asked: [] as (readonly string[])[] };
    const made = createMeaningEndpoint({
      ...{ reader: { provider: 'a', model: 'v' }, timeoutMs: 200, routes, clock: () => world.now },
      async embed(texts) {
        world.asked.push(texts);
        if (world.fails) throw new Error('away');
        return texts.map(vectorOf);
      },
    });
    return { ...made, world };
  }

  it('is not asked before it has learned the examples', async () => {
    const { ask, working } = endpoint();
    expect([working(), ask(reworded, among)]).toEqual([false, null]);
    await settled();
    expect(working()).toBe(true);
    expect(await ask(reworded, among)).toMatchObject({ route: 'refunds' });
  });

  it('learns them again half a minute after it could not', async () => {
    const { ask, working, world } = endpoint(true);
    await settled();
    world.fails = false;
    expect([ask(reworded, among), world.asked.length]).toEqual([null, 1]);
    world.now = 30_000;
    expect(ask(reworded, among)).toBeNull();
    await settled();
    expect(working()).toBe(true);
  });

  it('rests for ten seconds after three failures in a row', async () => {
    const { ask, working, world } = endpoint();
    await settled();
    world.fails = true;
    for (let call = 0; call < 3; call++) expect(await ask(reworded, among)).toBeNull();
    expect([working(), ask(reworded, among)]).toEqual([false, null]);
    world.now = 10_000;
    world.fails = false;
    expect(await ask(reworded, among)).toMatchObject({ route: 'refunds' });
  });

  it('is shown the beginning and the end of a long prompt', async () => {
    const { ask, world } = endpoint();
    await settled();
    await ask(`refund ${'lorem '.repeat(10_000)}the end`, among);
    const [shown = ''] = world.asked.at(-1) ?? [];
    expect(shown.length).toBeLessThan(7_000);
    expect(shown).toMatch(/^refund [\s\S]*the end$/);
  });
});
