// The published price book, @pydantic/genai-prices, read once per model: its match rules and dated rows are kept as they
// are, its floating-point prices become exact. The library's own calcPrice takes about 190 µs a call; this takes a few.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type ConditionalPrice, calcPrice, findProvider, type ModelInfo } from '@pydantic/genai-prices';
import { toScaled } from './decimal.ts';
import type { Bucket, Rate, Rates } from './rates.ts';

/** One row of a model: from a date on, or within hours of the day (UTC), or always. */
export interface PublishedRow {
  rates: Rates;
  /** Empty for the undated row, else the date or the hours, as it stands in the price version. */
  label: string;
  /** `at`: epoch milliseconds. */
  holds(at: number): boolean;
}

export interface PublishedModel {
  id: string;
  contextWindow: number | null;
  /** In the library's order: the last one that holds wins, the first is the fallback. */
  rows: readonly PublishedRow[];
}

/** The library's price keys for our buckets, all in dollars per million tokens. */
const priceKeys: Record<Bucket, readonly string[]> = {
  inputUncached: ['input_mtok'],
  inputCacheRead: ['cache_read_mtok'],
  inputCacheWrite5m: ['cache_write_5m_mtok', 'cache_write_mtok'],
  inputCacheWrite1h: ['cache_write_1h_mtok'],
  inputAudio: ['input_audio_mtok'],
  inputImage: ['input_image_mtok'],
  outputText: ['output_mtok'],
  outputReasoning: ['output_reasoning_mtok'],
  outputAudio: ['output_audio_mtok'],
  outputImage: ['output_image_mtok'],
};

/** Version of the installed price book; it is part of every price version, so that a sum can be done again. */
export const publishedVersion: string = readVersion();

function readVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const manifest: { version: string } = JSON.parse(
    readFileSync(path.join(path.dirname(entry), '..', 'package.json'), 'utf8'),
  );
  return manifest.version;
}

/** Whether the published book has a provider of exactly this id; the library alone would also match look-alikes. */
export function isPublishedProvider(provider: string): boolean {
  return provider !== '' && findProvider({ providerId: provider })?.id === provider;
}

/** The model's rows, or null when the book knows neither the provider nor the model. */
export function publishedModel(provider: string, model: string): PublishedModel | null {
  if (model === '' || !isPublishedProvider(provider)) return null;
  const found = calcPrice({}, model, { providerId: provider })?.model;
  return found ? { id: found.id, contextWindow: found.context_window ?? null, rows: rowsOf(found) } : null;
}

/** The row that holds at this instant; the library's rule, newest row first. */
export function rowAt(model: PublishedModel, at: number): PublishedRow {
  return model.rows.findLast((row) => row.holds(at)) ?? model.rows[0]!;
}

function rowsOf(model: ModelInfo): PublishedRow[] {
  const conditional: ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  return conditional.map(({ constraint, prices }) => {
    const rates = ratesOf(model.id, prices);
    if (!constraint) return { rates, label: '', holds: () => true };
    if (constraint.type === 'start_date') {
      const start = Date.parse(constraint.start_date);
      return { rates, label: constraint.start_date, holds: (at) => at >= start };
    }
    const start = secondOfDay(constraint.start_time);
    const end = secondOfDay(constraint.end_time);
    return {
      rates,
      label: `${constraint.start_time}-${constraint.end_time}`,
      holds: (at) => within((at / 1000) % 86_400, start, end),
    };
  });
}

/** Hours may wrap around midnight; the start belongs to them, the end does not. */
function within(second: number, start: number, end: number): boolean {
  return start <= end ? second >= start && second < end : second >= start || second < end;
}

/** "16:30:00Z" or "16:30:00+02:00" as seconds after midnight UTC. */
function secondOfDay(time: string): number {
  return (Date.parse(`1970-01-02T${time}`) / 1000) % 86_400;
}

function ratesOf(modelId: string, prices: ConditionalPrice['prices']): Rates {
  const tokens: Rates['tokens'] = {};
  for (const [bucket, keys] of Object.entries(priceKeys) as [Bucket, readonly string[]][]) {
    const rate = keys.map((key) => toRate(prices[key])).find((one) => one !== null);
    if (rate) tokens[bucket] = rate;
  }
  // An empty row means either "free" or "nobody wrote it down". Only the reseller's own `:free` suffix settles which.
  if (Object.keys(prices).length === 0 && modelId.endsWith(':free')) {
    tokens.inputUncached = { base: 0n, tiers: [] };
    tokens.outputText = { base: 0n, tiers: [] };
  }
  return { tokens, request: perMillion(prices.requests_kcount), webSearch: perMillion(prices.web_searches_kcount) };
}

/** A fee that the book states per thousand of something other than tokens. */
function perMillion(perThousand: ConditionalPrice['prices'][string]): Rate | null {
  const rate = toRate(perThousand);
  return rate && { base: rate.base * 1000n, tiers: [] };
}

function toRate(price: ConditionalPrice['prices'][string]): Rate | null {
  if (price === undefined) return null;
  if (typeof price === 'number') return { base: toScaled(price) ?? 0n, tiers: [] };
  const tiers = price.tiers
    .map((tier) => ({ above: tier.start, rate: toScaled(tier.price) ?? 0n }))
    .sort((left, right) => left.above - right.above);
  return { base: toScaled(price.base) ?? 0n, tiers };
}
