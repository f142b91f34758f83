// What the price book promises beyond agreeing with the published one: the operator's rows win, nothing unknown becomes
// zero, and every substitution can be seen.
import { describe, expect, test } from 'vitest';
import { createPriceBook, type PriceQuestion } from '../../catalog/prices.ts';
import { installedBook } from '../../catalog/published-book.ts';
import { publishedMultipliers } from '../../catalog/published-multipliers.ts';
import { PriceOverlay } from '../../contract/prices.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';

const at = Date.UTC(2026, 10, 21, 12);
const usage = (counts: Partial<Usage>): Usage => ({ ...unknownUsage, ...counts });
const plain = usage({ inputUncached: 1000, outputText: 100 });
const searched = { ...plain, raw: '{"server_tool_use":{"web_search_requests":1}}' };
const question = (change: Partial<PriceQuestion> = {}): PriceQuestion => ({
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  usage: plain,
  usageSource: 'reported',
  at,
  ...change,
});
const book = createPriceBook();
const unpriced = { costNanos: null, costSource: null, priceVersion: '', breakdown: [] };

describe('a price', () => {
  test('is the sum of its buckets at their own rates', () => {
    const { costNanos, breakdown } = book.price(
      question({ usage: usage({ inputUncached: 1000, inputCacheRead: 2000, inputCacheWrite1h: 10, outputText: 100 }) }),
    );
    expect(breakdown).toEqual([
      { bucket: 'inputUncached', tokens: 1000, nanosPerMillion: 3e9, nanos: 3_000_000 },
      { bucket: 'inputCacheRead', tokens: 2000, nanosPerMillion: 3e8, nanos: 600_000 },
      { bucket: 'inputCacheWrite1h', tokens: 10, nanosPerMillion: 6e9, nanos: 60_000 },
      { bucket: 'outputText', tokens: 100, nanosPerMillion: 15e9, nanos: 1_500_000 },
    ]);
    expect(costNanos).toBe(5_160_000);
  });

  test('names the book, the row and its date', () => {
    expect(book.price(question()).priceVersion).toBe(`${installedBook.version}/anthropic/claude-sonnet-4-5`);
    expect(book.price(question({ provider: 'openai', model: 'gpt-5.6-luna' })).priceVersion).toBe(
      `${installedBook.version}/openai/gpt-5.6-luna#2026-07-30`,
    );
  });

  test('moves to the higher tier for the whole request once its input passes the threshold', () => {
    const below = book.price(question({ usage: usage({ inputUncached: 200_000, outputText: 1 }) }));
    const above = book.price(question({ usage: usage({ inputUncached: 1, inputCacheRead: 200_000, outputText: 1 }) }));
    expect(below.breakdown[0]?.nanosPerMillion).toBe(3e9);
    expect(above.breakdown.map((line) => line.nanosPerMillion)).toEqual([6e9, 0.6e9, 22.5e9]);
  });

  test('follows dated rows and hours of the day', () => {
    const cost = (when: number) => book.price(question({ provider: 'deepseek', model: 'deepseek-chat', at: when }));
    expect(cost(Date.UTC(2026, 0, 1, 12)).breakdown[0]?.nanosPerMillion).toBe(0.27e9);
    expect(cost(Date.UTC(2026, 0, 1, 20)).breakdown[0]?.nanosPerMillion).toBe(0.135e9);
    const luna = (when: number) => book.price(question({ provider: 'openai', model: 'gpt-5.6-luna', at: when }));
    expect(luna(Date.UTC(2026, 6, 29, 23)).breakdown[0]?.nanosPerMillion).toBe(1e9);
    expect(luna(Date.UTC(2026, 6, 30)).breakdown[0]?.nanosPerMillion).toBe(0.2e9);
  });

  test('shows whose rate a bucket took when the book has none for it', () => {
    const { breakdown } = book.price(
      question({
        provider: 'openai',
        model: 'gpt-5.6-luna',
        usage: usage({ inputUncached: 1, inputCacheWrite1h: 8, inputImage: 5, outputText: 1, outputReasoning: 7 }),
      }),
    );
    expect(breakdown.map(({ bucket }) => bucket)).toEqual([
      'inputUncached',
      'inputCacheWrite1h as inputCacheWrite5m',
      'inputImage as inputUncached',
      'outputText',
      'outputReasoning',
    ]);
  });

  test('adds the fee per request where there is one', () => {
    const { breakdown } = book.price(question({ provider: 'perplexity', model: 'sonar' }));
    expect(breakdown.at(-1)).toEqual({ bucket: 'requests', tokens: 1, nanosPerMillion: 12e12, nanos: 12_000_000 });
  });

  test('adds the fee for each web search that the provider counts', () => {
    const raw = '{"input_tokens":1000,"output_tokens":100,"server_tool_use":{"web_search_requests":2}}';
    const { breakdown, costNanos } = book.price(question({ usage: { ...plain, raw } }));
    expect(breakdown.at(-1)).toEqual({ bucket: 'webSearches', tokens: 2, nanosPerMillion: 1e13, nanos: 20_000_000 });
    expect(costNanos).toBe(24_500_000);
  });

  test('is marked estimated when the usage was', () => {
    expect(book.price(question({ usageSource: 'estimated' })).costSource).toBe('estimated');
  });

  test('known to be nothing is zero, not unknown', () => {
    const free = book.price(question({ provider: 'openrouter', model: 'openai/gpt-oss-120b:free' }));
    expect(free).toMatchObject({ costNanos: 0, costSource: 'computed' });
  });
});

describe('an unknown price stays null', () => {
  test.each<[string, Partial<PriceQuestion>]>([
    ['for a model nobody has priced', { model: 'model-of-tomorrow' }],
    ['for a provider nobody has priced', { provider: 'house' }],
    ['for a provider that merely sounds like a priced one', { provider: 'my-openai', model: 'gpt-4o' }],
    ['for no provider at all', { provider: '' }],
    ['without token counts', { usage: unknownUsage }],
    ['for zero tokens', { usage: usage({ inputUncached: 0, outputText: 0 }) }],
    ['when only the input is known', { usage: usage({ inputUncached: 10 }) }],
    ['when only the output is known', { usage: usage({ outputText: 10 }) }],
    ['for a count that is none', { usage: usage({ inputUncached: 1.5, outputText: 10 }) }],
    ['for a tier the book does not know', { tier: 'priority' }],
    ['for a model priced by the hour', { provider: 'openai', model: 'whisper-1' }],
    ['for web searches without a published fee', { model: 'claude-3-haiku-20240307', usage: searched }],
    ['for an empty row that does not say free', { provider: 'google', model: 'gemma-3' }],
  ])('%s', (_claim, change) => {
    expect(book.price(question(change))).toMatchObject(unpriced);
  });

  test('but embeddings, which have no output, are priced', () => {
    const pricing = book.price(
      question({ provider: 'openai', model: 'text-embedding-3-small', usage: usage({ inputUncached: 1_000_000 }) }),
    );
    expect(pricing.costNanos).toBe(20_000_000);
  });
});

describe('a cost that the provider reports', () => {
  test('wins, with the computed lines beside it', () => {
    const pricing = book.price(question({ reportedCost: '0.0000123' }));
    expect(pricing).toMatchObject({ costNanos: 12_300, costSource: 'reported' });
    expect(pricing.breakdown).toHaveLength(2);
  });
  test.each([
    ['1.5e-05', 15_000],
    ['0', 0],
    ['0.0000000005', 1],
  ])('%s dollars is read exactly', (text, nanos) => {
    expect(book.price(question({ model: 'unknown', reportedCost: text })).costNanos).toBe(nanos);
  });
  test('that cannot be read is ignored', () => {
    expect(book.price(question({ reportedCost: 'free!' })).costSource).toBe('computed');
  });
});

describe('the operator’s own rows', () => {
  const overlay = PriceOverlay.parse({
    version: '2026-11',
    rows: [
      { provider: 'house', model: '*', from: '2026-01-01', input: '1', output: '2' },
      { provider: 'house', model: 'llama-*', from: '2026-01-01', input: '3', output: '4' },
      { provider: 'house', model: 'llama-4', from: '2026-01-01', until: '2026-06-01', input: '5', output: '6' },
      { provider: 'house', model: 'llama-4', from: '2026-06-01', input: '7', output: '8' },
      { provider: 'openai', model: 'gpt-5.6-*', from: '2026-01-01', multiply: 0.5 },
      { provider: 'openai', model: '*', from: '2026-01-01', tier: 'flex', multiply: 0.5 },
      { provider: 'openai', model: '*', from: '2026-01-01', tier: 'batch', input: '1', output: '1' },
      { provider: 'anthropic', model: 'claude-sonnet-4-5', from: '2026-01-01', input: '2' },
    ],
  });
  const own = createPriceBook({ overlay });
  const rate = (change: Partial<PriceQuestion>, line = 0) =>
    own.price(question(change)).breakdown[line]?.nanosPerMillion;

  test('price what nobody else does, the most specific row first', () => {
    expect(rate({ provider: 'house', model: 'qwen' })).toBe(1e9);
    expect(rate({ provider: 'house', model: 'llama-3' })).toBe(3e9);
    expect(rate({ provider: 'house', model: 'LLAMA-4' })).toBe(7e9);
  });
  test('hold from their first day until their last', () => {
    expect(rate({ provider: 'house', model: 'llama-4', at: Date.UTC(2026, 4, 31, 23, 59) })).toBe(5e9);
    expect(rate({ provider: 'house', model: 'llama-4', at: Date.UTC(2026, 5, 1) })).toBe(7e9);
    expect(rate({ provider: 'house', model: 'llama-4', at: Date.UTC(2025, 11, 31) })).toBeUndefined();
  });
  test('multiply the published price, tiers included', () => {
    const cost = (prices: ReturnType<typeof createPriceBook>, model: string, tier = '') =>
      prices.price(
        question({ provider: 'openai', model, tier, usage: usage({ inputUncached: 300_000, outputText: 5 }) }),
      );
    expect(cost(own, 'gpt-5.6-luna').costNanos! * 2).toBe(cost(book, 'gpt-5.6-luna').costNanos);
    expect(cost(own, 'gpt-4o', 'flex').costNanos! * 2).toBe(cost(book, 'gpt-4o').costNanos);
  });
  test('replace what they name and leave the rest as published', () => {
    const counts = usage({ inputUncached: 1, inputCacheRead: 1, outputText: 1 });
    const pricing = own.price(question({ usage: counts }));
    expect(pricing.breakdown.map((line) => line.nanosPerMillion)).toEqual([2e9, 0.3e9, 15e9]);
    expect(pricing.priceVersion).toBe(
      `overlay@2026-11/anthropic/claude-sonnet-4-5#2026-01-01+${installedBook.version}/anthropic/claude-sonnet-4-5`,
    );
  });
  test('of another tier stand by themselves', () => {
    const pricing = own.price(
      question({
        provider: 'openai',
        model: 'gpt-4o',
        tier: 'batch',
        usage: usage({ inputUncached: 1, inputCacheRead: 1, outputText: 1 }),
      }),
    );
    expect(pricing.breakdown[1]?.bucket).toBe('inputCacheRead as inputUncached');
    expect(pricing.priceVersion).toBe('overlay@2026-11/openai/*#2026-01-01');
  });
  test('find a dated model by its published name', () => {
    expect(rate({ model: 'claude-sonnet-4-5-20250929' })).toBe(2e9);
  });
  test('are named in the version of the book', () => {
    expect(own.version).toBe(`${installedBook.version}+multipliers@${publishedMultipliers.version}+overlay@2026-11`);
  });
});

test('the context window is the published one, and null when unknown', () => {
  expect(book.contextWindow('anthropic', 'claude-opus-5')).toBe(1_000_000);
  expect(book.contextWindow('anthropic', 'model-of-tomorrow')).toBeNull();
});
