// What the published book leaves out: service tiers as multiples of the standard price, and the one-hour cache write of
// Claude where a reseller's row lacks it. Each row says where it stands and was looked up on the day of the version.
// A tier whose price is not published for a model (OpenAI's scale tier, Anthropic's and Gemini's priority) has no row.
import type { PriceRow } from '../contract/prices.ts';
import { type Bucket, mapRate, type Rates } from './rates.ts';

export interface MultiplierRow {
  provider: string;
  /** As in PriceRow: * stands for any run of characters. */
  model: string;
  tier: PriceRow['tier'];
  /** Of every token price; fees per search or request stay as they are. */
  multiply: number;
  /** First day, UTC. */
  from: string;
  until?: string;
  /** Buckets whose price in this tier nobody has published: a request that has any of them stays unpriced. */
  unknown: readonly Bucket[];
  source: string;
}

export interface PublishedMultipliers {
  version: string;
  rows: readonly MultiplierRow[];
}

const writes = ['inputCacheWrite5m', 'inputCacheWrite1h'] as const;
const openai = {
  pricing: 'https://developers.openai.com/api/docs/pricing',
  priority: 'https://openai.com/api-priority-processing/',
};
const anthropicBatch = 'https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing';
const geminiTiers = 'https://ai.google.dev/gemini-api/docs/optimization';

const halved = (provider: string, model: string, tier: PriceRow['tier']) => ({ provider, model, tier, multiply: 0.5 });
/** Priority prices are listed model by model. */
const priority = (multiply: number, ...models: string[]): MultiplierRow[] =>
  models.map((model) => ({
    ...{ provider: 'openai', model, tier: 'priority', multiply, from: '2025-06-01' },
    ...{ unknown: writes, source: openai.priority },
  }));

export const publishedMultipliers: PublishedMultipliers = {
  version: '2026-11-24',
  rows: [
    // The batch table has a price for cached input from GPT-5 on, and a dash for all models before it.
    {
      ...halved('openai', '*', 'batch'),
      from: '2024-04-15',
      unknown: ['inputCacheRead', ...writes],
      source: openai.pricing,
    },
    { ...halved('openai', 'gpt-5*', 'batch'), from: '2025-08-07', unknown: writes, source: openai.pricing },
    { ...halved('openai', 'o3*', 'flex'), from: '2025-04-17', unknown: writes, source: openai.pricing },
    { ...halved('openai', 'o4-mini*', 'flex'), from: '2025-04-17', unknown: writes, source: openai.pricing },
    { ...halved('openai', 'gpt-5*', 'flex'), from: '2025-08-07', unknown: writes, source: openai.pricing },
    ...priority(2.5, 'gpt-5.5'),
    ...priority(2, 'gpt-5.4', 'gpt-5.4-mini', 'gpt-5.2', 'gpt-5.1', 'gpt-5', 'gpt-5.1-codex', 'gpt-5-codex'),
    ...priority(1.8, 'gpt-5-mini'),
    ...priority(1.75, 'gpt-4.1'),
    // The multipliers of cache writes and reads apply on top of the batch price.
    { ...halved('anthropic', '*', 'batch'), from: '2024-10-08', unknown: [], source: anthropicBatch },
    { ...halved('google', 'gemini*', 'batch'), from: '2025-07-07', unknown: ['inputCacheRead'], source: geminiTiers },
    { ...halved('google', 'gemini*', 'flex'), from: '2026-04-01', unknown: ['inputCacheRead'], source: geminiTiers },
  ],
};

/** Twice the base input, wherever Claude is sold. https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing */
const longWrite = { providers: new Set(['anthropic', 'google', 'aws', 'openrouter']), model: 'claude', times: 2n };

/** The rates with a one-hour cache write where the row has one for five minutes alone; else the same object. */
export function withLongWrites(rates: Rates, { provider, model }: { provider: string; model: string }): Rates {
  const { inputUncached: input, inputCacheWrite5m: short, inputCacheWrite1h: long } = rates.tokens;
  const applies = longWrite.providers.has(provider) && model.toLowerCase().includes(longWrite.model);
  if (!applies || !input || !short || long !== undefined) return rates;
  const inputCacheWrite1h = mapRate(input, (scaled) => scaled * longWrite.times);
  return { ...rates, tokens: { ...rates.tokens, inputCacheWrite1h } };
}
