// `sightline compare` as its users meet it: a real process, a real proxy, a provider of the test's own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Comparison } from '../../cli/compare/comparison.ts';
import { runPairs } from '../../cli/compare/run-pairs.ts';
import type { Side } from '../../cli/compare/sides.ts';
import { difference, fewest, percentile } from '../../cli/compare/statistics.ts';
import { createRandom } from '../../cli/demo/random.ts';
import type { OverheadAnswer } from '../../contract/questions/overhead.ts';
import { folderWith } from '../configuration/folder.ts';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatStream, messagesStream } from '../support/wire-samples.ts';
import { sightline } from './run.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  house = await openHouse({ configuration: { providers: providers() } });
});
beforeEach(() => upstream.respond(answer({ pieces: [chatAnswer] })));
afterAll(async () => {
  await house.close();
  await upstream.close();
});

const providers = () => ({
  openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'sk-canary' },
  anthropic: { baseUrl: upstream.url, apiKey: 'sk-ant-canary' },
  mistral: {},
});
const compare = (argv: string[], more: object = {}) =>
  sightline(['compare', ...argv], {
    cwd: folderWith({
      'sightline.config.json': { providers: providers(), proxy: { port: house.port }, ...more },
    }),
  });
const comparisonOf = (out: string): Comparison => JSON.parse(out).comparison;

describe('calls both ways', () => {
  test('count the same tokens and the same money, and tell how long each took', async () => {
    const before = upstream.requests.length;
    const { code, out, err } = await compare(['--model', 'openai/gpt-4o-mini', '--requests', '6', '--json']);
    expect(code).toBe(0);
    const { direct, proxied, difference: differs, ...rest } = comparisonOf(out);
    expect(rest).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini', pairs: 6, compared: 6, stream: false });
    for (const side of [direct, proxied]) {
      expect(side).toMatchObject({ calls: 6, errors: {}, unpriced: 0 });
      expect(side.perCall).toMatchObject({ inputTokens: 9, outputTokens: 3 });
      expect(side.times.totalMs.p50).toBeGreaterThan(0);
    }
    expect(direct.perCall.costNanos).toBeGreaterThan(0);
    expect(differs.perCall.costNanos).toEqual({ value: 0, interval: [0, 0] });
    expect(rest.ownMs.p50).toBeGreaterThan(0);
    expect(upstream.requests.length - before).toBe(14);
    expect(err).toContain('6 of 6 pairs');
    expect(out + err).not.toContain('canary');
  });

  test('go once straight to the provider and once through the proxy, which changes nothing but the name of the model', async () => {
    const before = upstream.requests.length;
    await compare(['--model', 'gpt-4o-mini', '--provider', 'openai', '--requests', '1', '--json']);
    const asked = upstream.requests.slice(before);
    expect(asked.map(({ path }) => path)).toEqual(asked.map(() => '/v1/chat/completions'));
    expect(new Set(asked.map(({ body }) => body.toString())).size).toBe(1);
    expect(new Set(asked.map((one) => one.header('authorization')))).toEqual(new Set(['Bearer sk-canary']));
    const recorded = house.sink.records.filter(({ attribution }) => attribution.app === 'sightline-compare');
    expect(recorded.length).toBeGreaterThan(0);
  });

  test('of streams tell the time to the first token too', async () => {
    upstream.respond(answerStream(chatStream(true)));
    const { out } = await compare(['--model', 'openai/gpt-4o-mini', '--requests', '2', '--stream', '--json']);
    const { direct, proxied } = comparisonOf(out);
    for (const side of [direct, proxied]) expect(side.times.firstTokenMs.p95).toBeGreaterThan(0);
    upstream.respond(answerStream(messagesStream));
    const messages = await compare(['--model', 'anthropic/claude-sonnet-4-5', '--requests', '1', '--stream', '--json']);
    expect(comparisonOf(messages.out).proxied).toMatchObject({ errors: {}, perCall: { outputTokens: 5 } });
  });

  test('that fail are counted by what went wrong, and kept out of the times', async () => {
    upstream.respond(answer({ status: 400, pieces: ['{"error":{"message":"no"}}'] }));
    const { code, out } = await compare(['--model', 'openai/gpt-4o-mini', '--requests', '2', '--json']);
    expect(code).toBe(1);
    const { direct, proxied, difference: differs, compared } = comparisonOf(out);
    expect([direct.errors, proxied.errors]).toEqual([{ http_400: 2 }, { http_400: 2 }]);
    expect([compared, direct.times.totalMs.p50, differs.times.totalMs.p50.value]).toEqual([0, null, null]);
  });

  test('a stream that stops before its end is an error on both sides', async () => {
    upstream.respond(answerStream(chatStream(true).slice(0, 2)));
    const { out } = await compare(['--model', 'openai/gpt-4o-mini', '--requests', '1', '--stream', '--json']);
    const { direct, proxied } = comparisonOf(out);
    expect(direct.errors).toEqual({ cut_off: 1 });
    expect(Object.keys(proxied.errors)).toHaveLength(1);
  });

  test('make a table for people', async () => {
    const { out } = await compare(['--model', 'openai/gpt-4o-mini', '--requests', '1']);
    expect(out).toMatch(/^openai\/gpt-4o-mini, 1 pairs, whole answers\n/);
    expect(out).toMatch(/whole answer p95 +[\d.]+ ms +[\d.]+ ms +[+-][\d.]+ ms/);
    expect(out).toMatch(/input tokens, a call +9 +9 +\+0/);
  });
});

test.each([
  [[], 'compare what?'],
  [['--model', 'gpt-4o-mini'], 'Give --provider'],
  [['--model', 'm', '--provider', 'nobody'], 'There is no provider "nobody"'],
  [['--model', 'm', '--provider', 'mistral'], 'There is no key for provider "mistral"'],
  [['--model', 'openai/m', '--requests', '5000'], 'from 1 to 1000'],
  [['--window', 'yesterday'], 'a time such as'],
])('%j is answered with what is wrong and code 2', async (argv, words) => {
  const { code, out, err } = await compare(argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(words);
});

describe('the record', () => {
  const figures = { exchanges: 200, errors: 3, measured: 200, attempts: 220, furtherAttempts: 20 };
  const record: OverheadAnswer = {
    all: { ...figures, p50Micros: 410, p95Micros: 900, p99Micros: 1500 },
    providers: [{ provider: 'openai', ...figures, p50Micros: 410, p95Micros: 900, p99Micros: null }],
  };

  test('of a window is asked of the collector, with its access key', async () => {
    const asked: { url: URL; key: string | undefined }[] = [];
    const collector = createServer((request, response) => {
      asked.push({ url: new URL(request.url ?? '', 'http://collector'), key: request.headers.authorization });
      response.end(JSON.stringify(record));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void collector.close());
    const settings = {
      recording: { collectorUrl: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` },
      collector: { accessKey: 'open-sesame' },
    };
    const { code, out } = await compare(['--window', '24h'], settings);
    expect(code).toBe(0);
    expect(out).toMatch(/openai +200 +1\.5 % +9\.1 % +0\.41 ms +0\.90 ms +unknown/);
    const [{ url, key } = { url: new URL('http://nobody'), key: '' }] = asked;
    expect([url.pathname, key]).toEqual(['/api/overhead', 'Bearer open-sesame']);
    expect(Number(url.searchParams.get('to')) - Number(url.searchParams.get('from'))).toBe(86_400_000);
    expect(JSON.parse((await compare(['--window', '24h', '--json'], settings)).out)).toEqual({
      ...{ comparison: null, record },
    });
  });

  test('that nobody keeps is said so, with code 1', async () => {
    const { code, err } = await compare(['--window', '1h'], { recording: { collectorUrl: 'http://127.0.0.1:9' } });
    expect(code).toBe(1);
    expect(err).toContain('Is it running?');
  });
});

describe('the order of calls', () => {
  const sides = (['direct', 'proxied'] as const).map((name) => ({ name, url: '', headers: [], body: '' }));

  test('turns around with every pair, so that neither side always goes first', async () => {
    const order: string[] = [];
    const pairs = await runPairs({
      ...{ sides: sides as unknown as [Side, Side], pairs: 4, concurrency: 1, stopped: () => false, onPair: () => {} },
      measure: async ({ name }) => {
        order.push(name);
        return { error: name } as never;
      },
    });
    expect(order.join(' ')).toBe('direct proxied proxied direct direct proxied proxied direct');
    expect(pairs.every((pair) => pair.direct.error === 'direct' && pair.proxied.error === 'proxied')).toBe(true);
  });

  test('stops between two pairs, and what was measured counts', async () => {
    let calls = 0;
    const pairs = await runPairs({
      ...{ sides: sides as unknown as [Side, Side], pairs: 100, concurrency: 2, onPair: () => {} },
      stopped: () => calls >= 8,
      measure: async () => ({ calls: ++calls }) as never,
    });
    expect(pairs.length).toBeLessThan(10);
    expect(pairs.every(({ direct, proxied }) => direct && proxied)).toBe(true);
  });
});

describe('statistics', () => {
  const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

  test('a percentile lies among its samples and grows with its fraction', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const [p0, p50, p95, p100] = [0, 0.5, 0.95, 1].map((fraction) => percentile(given, fraction) as number);
        expect([p0, p100]).toEqual([Math.min(...given), Math.max(...given)]);
        expect(p0! <= p50! && p50! <= p95! && p95! <= p100!).toBe(true);
      }),
    );
    expect([percentile([1, 2, 3, 4], 0.5), percentile([], 0.5)]).toEqual([2.5, null]);
  });

  const median = (given: readonly number[]): number | null => percentile(given, 0.5);

  test('an interval holds the difference of two sides that differ by exactly that much', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: -50, max: 50 }), (given, more) => {
        fc.pre(given.length >= fewest);
        const { value, interval } = difference(
          given.map((one) => [one, one + more] as const),
          median,
          createRandom(1).next,
        );
        expect(value).toBeCloseTo(more, 6);
        expect(interval?.[0]).toBeCloseTo(more, 6);
        expect(interval?.[1]).toBeCloseTo(more, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('noise alone gives an interval around nothing, and few pairs give none', () => {
    const { next } = createRandom(7);
    const noise = Array.from({ length: 200 }, () => [100 + 20 * next(), 100 + 20 * next()] as const);
    const { interval } = difference(noise, median, next);
    expect(interval![0]).toBeLessThan(0);
    expect(interval![1]).toBeGreaterThan(0);
    expect(difference(noise.slice(0, fewest - 1), median, next).interval).toBeNull();
    expect(difference([], median, next)).toEqual({ value: null, interval: null });
  });
});
