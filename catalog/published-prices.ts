// The rows of the published price book, read once per model: its dated rows are kept as they are, its floating-point prices
// become exact. The library's own calcPrice takes about 190 µs a call; a sum over these rates takes a few.
import type { ConditionalPrice, ModelInfo } from '@pydantic/genai-prices';
import { toScaled } from './decimal.ts';
import { findModel, findProvider, installedBook, type PublishedBook } from './published-book.ts';
import type { Bucket, Fee, Rate, Rates } from './rates.ts';

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

/** Fees per thousand in the book; hours of audio are turned into seconds. */
const feeKeys: Record<Exclude<Fee, 'audioSeconds'>, string> = {
  requests: 'requests_kcount',
  webSearches: 'web_searches_kcount',
  storageSearches: 'storage_searches_kcount',
  documentPages: 'input_document_kpages',
};

/** Whether the installed book has a provider of exactly this id. */
export function isPublishedProvider(provider: string): boolean {
  return findProvider(installedBook, provider) !== null;
}

/** The model's rows, or null when the book knows neither the provider nor the model. */
export function publishedModel(book: PublishedBook, provider: string, model: string): PublishedModel | null {
  const found = findProvider(book, provider);
  const info = found && findModel(book, found, model);
  return info && readModel(info);
}

export function readModel(info: ModelInfo): PublishedModel {
  return { id: info.id, contextWindow: info.context_window ?? null, rows: rowsOf(info) };
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
  return { tokens, fees: feesOf(prices) };
}

function feesOf(prices: ConditionalPrice['prices']): Rates['fees'] {
  const fees: Rates['fees'] = {};
  for (const [fee, key] of Object.entries(feeKeys) as [Fee, string][]) {
    const rate = toRate(prices[key]);
    if (rate) fees[fee] = { base: rate.base * 1000n, tiers: [] };
  }
  const hour = toRate(prices.input_audio_hours ?? prices.audio_hours);
  if (hour) fees.audioSeconds = { base: (hour.base * 1_000_000n) / 3600n, tiers: [] };
  return fees;
}

function toRate(price: ConditionalPrice['prices'][string]): Rate | null {
  if (price === undefined) return null;
  if (typeof price === 'number') return { base: toScaled(price) ?? 0n, tiers: [] };
  const tiers = price.tiers
    .map((tier) => ({ above: tier.start, rate: toScaled(tier.price) ?? 0n }))
    .sort((left, right) => left.above - right.above);
  return { base: toScaled(price.base) ?? 0n, tiers };
}
