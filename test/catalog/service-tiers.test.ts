// Tiers, searches and the long cache write: what the published book leaves out and Sightline ships beside it.
import { describe, expect, it } from 'vitest';
import { createPriceBook, type PriceQuestion } from '../../catalog/prices.ts';
import { publishedMultipliers } from '../../catalog/published-multipliers.ts';
import { tierInUsage, tierPaid } from '../../catalog/service-tier.ts';
import { PriceOverlay } from '../../contract/prices.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';

const at = Date.UTC(2026, 10, 21);
const usage = (counts: Partial<Usage>): Usage => ({ ...unknownUsage, ...counts });
const plain = usage({ inputUncached: 1_000_000, outputText: 1_000_000 });
const book = createPriceBook();
const dollars = (change: Partial<PriceQuestion>, prices = book): number | null => {
  const question = {
    provider: 'openai',
    model: 'gpt-5',
    usage: plain,
    usageSource: 'reported',
    at,
    ...change,
  } as const;
  const { costNanos } = prices.price(question);
  return costNanos === null ? null : costNanos / 1e9;
};

describe('a service tier', () => {
  it.each<[string, Partial<PriceQuestion>, number]>([
    ['OpenAI’s batch is half', { tier: 'batch' }, 5.625],
    ['OpenAI’s flex is as batch', { tier: 'flex' }, 5.625],
    ['OpenAI’s priority is as listed', { tier: 'priority' }, 22.5],
    ['another model has another share', { tier: 'priority', model: 'gpt-5-mini' }, 0.45 + 3.6],
    ['Anthropic’s batch is half', { tier: 'batch', provider: 'anthropic', model: 'claude-sonnet-4-5' }, 3 + 11.25],
    ['Gemini’s flex is half', { tier: 'flex', provider: 'google', model: 'gemini-2.5-flash' }, 0.15 + 1.25],
  ])('is priced: %s', (_claim, change, expected) => {
    expect(dollars(change)).toBeCloseTo(expected, 9);
  });

  it('halves cache reads with the rest where the batch table has a price for them', () => {
    const cached = usage({ inputUncached: 0, inputCacheRead: 1_000_000, outputText: 0 });
    expect(dollars({ tier: 'batch', usage: cached })).toBe(0.0625);
    expect(dollars({ tier: 'batch', usage: cached, model: 'gpt-4o' })).toBeNull();
  });

  it.each<[string, Partial<PriceQuestion>]>([
    [
      'priority of Anthropic, which is a contract',
      { tier: 'priority', provider: 'anthropic', model: 'claude-sonnet-4-5' },
    ],
    ['priority of a model that is not on the list', { tier: 'priority', model: 'gpt-4o' }],
    ['a tier of tomorrow', { tier: 'turbo' }],
    ['a batch before there were batches', { tier: 'batch', at: Date.UTC(2024, 0, 1), model: 'gpt-4o' }],
    ['a batch of a provider without a row', { tier: 'batch', provider: 'deepseek', model: 'deepseek-chat' }],
  ])('stays null where nobody has published it: %s', (_claim, change) => {
    expect(dollars(change)).toBeNull();
  });

  it('is a share of the operator’s own standard price where there is one, and his own row wins over both', () => {
    const row = (more: object) => ({ provider: 'openai', model: 'gpt-5', from: '2026-01-01', ...more });
    const own = (...rows: object[]) => createPriceBook({ overlay: PriceOverlay.parse({ version: '1', rows }) });
    const standard = row({ input: '1', output: '2' });
    expect(dollars({ tier: 'batch' }, own(standard))).toBe(1.5);
    expect(dollars({ tier: 'batch' }, own(standard, row({ tier: 'batch', input: '9', output: '9' })))).toBe(18);
  });

  it('stands in the price version, with the standard row that it is a share of', () => {
    const { priceVersion, tier } = book.price({
      ...{ provider: 'openai', model: 'gpt-5', usage: plain, usageSource: 'reported', at, tier: 'batch' },
    });
    expect(priceVersion).toBe(
      `multipliers@${publishedMultipliers.version}/openai/gpt-5*#batch+genai-prices@0.1.8/openai/gpt-5`,
    );
    expect(tier).toBe('batch');
  });
});

describe('the tier that is paid', () => {
  it.each([
    ['what was answered wins', { asked: 'priority', answered: 'default' }, 'default'],
    ['silence leaves what was asked', { asked: 'flex', answered: '' }, 'flex'],
    ['"auto" says nothing', { asked: 'flex', answered: 'auto' }, 'flex'],
    ['a batch stays a batch', { asked: 'batch', answered: 'default' }, 'batch'],
  ])('%s', (_claim, words, paid) => {
    expect(tierPaid(words)).toBe(paid);
  });

  it('is read from the usage of those who say it there', () => {
    expect(tierInUsage('{"input_tokens":1,"service_tier":"batch"}')).toBe('batch');
    expect(tierInUsage('{"promptTokenCount": 3, "serviceTier": "flex"}')).toBe('flex');
    expect(tierInUsage('{"input_tokens":1}')).toBe('');
    expect(tierInUsage(null)).toBe('');
  });
});

describe('what is charged one by one', () => {
  it('is added to the tokens, and not halved with them', () => {
    const counted = { webSearches: 3, storageSearches: 2 };
    expect(dollars({ counted })! - dollars({})!).toBeCloseTo(0.03 + 0.005, 9);
    expect(dollars({ counted, tier: 'batch' })! - dollars({ tier: 'batch' })!).toBeCloseTo(0.035, 9);
  });
  it('is taken from the usage before it is taken from the answer', () => {
    const told = { ...plain, raw: '{"server_tool_use":{"web_search_requests":2}}' };
    const question = { provider: 'anthropic', model: 'claude-sonnet-4-5', usage: told, counted: { webSearches: 9 } };
    expect(book.price({ ...question, usageSource: 'reported', at }).counted).toEqual({ webSearches: 2 });
  });
  it('prices audio by the second and pages by the page', () => {
    const audio = { ...unknownUsage, raw: '{"type":"duration","seconds":1800}' };
    expect(dollars({ model: 'whisper-1', usage: audio })).toBe(0.18);
    const pages = { ...unknownUsage, raw: '{"pages_processed":500,"doc_size_bytes":9}' };
    expect(dollars({ provider: 'mistral', model: 'mistral-ocr-2505', usage: pages })).toBeGreaterThan(0);
  });
  it('stays null without a fee: seconds where only tokens have a price, searches where nobody wrote one down', () => {
    expect(dollars({ usage: { ...unknownUsage, raw: '{"type":"duration","seconds":60}' } })).toBeNull();
    expect(dollars({ provider: 'deepseek', model: 'deepseek-chat', counted: { webSearches: 1 } })).toBeNull();
  });
  it('counts a search that a fee per request already pays for as nothing', () => {
    const told = { ...plain, raw: '{"num_search_queries":4}' };
    const sonar = { provider: 'perplexity', model: 'sonar' };
    expect(dollars({ ...sonar, usage: told })).toBe(dollars(sonar));
  });
});

describe('a one-hour cache write of Claude', () => {
  it('costs twice the input where a reseller’s row knows five minutes alone', () => {
    const written = usage({ inputCacheWrite1h: 100_000, inputUncached: 0, outputText: 0 });
    const claude = { provider: 'google', model: 'claude-sonnet-4-5@20250929', usage: written };
    expect(book.price({ ...claude, usageSource: 'reported', at }).breakdown).toEqual([
      { bucket: 'inputCacheWrite1h', tokens: 100_000, nanosPerMillion: 6e9, nanos: 6e8 },
    ]);
  });
});
