// What an exchange cost, in whole nano-dollars, with enough beside it to do the sum again. The published book gives the
// rates, the operator's overlay wins over it, and what nobody knows stays null.
import type { Pricing } from '../contract/exchange.ts';
import type { PriceOverlay, PriceRow } from '../contract/prices.ts';
import type { Usage } from '../contract/usage.ts';
import type { UsageSource } from '../contract/words.ts';
import { divideRounded, nanosOfDollars, nanosPerMillion, toScaled } from './decimal.ts';
import { overlayRow, ratesUnder } from './overlay-prices.ts';
import { type PublishedModel, publishedModel, publishedVersion, rowAt } from './published-prices.ts';
import { type Bucket, buckets, inputBuckets, outputBuckets, type Rates, rateAt, rateOf } from './rates.ts';
import { createRecentlyUsed } from './recently-used.ts';
import { webSearchesIn } from './web-searches.ts';

export { isPublishedProvider } from './published-prices.ts';

export interface PriceQuestion {
  /** Id in the price book: ResolvedProvider.priceProvider. */
  provider: string;
  /** The answering model, else the one asked for. */
  model: string;
  usage: Usage;
  usageSource: UsageSource | null;
  /** When the exchange started, epoch milliseconds: prices are dated, some by the hour. */
  at: number;
  /** The provider's service tier, as asked for or answered; left out or empty: standard. */
  tier?: string;
  /** Dollars as the provider itself reports them, a decimal string (OpenRouter's usage.cost). */
  reportedCost?: string | null;
}

export interface PriceBook {
  /** Which book and overlay prices come from, such as `genai-prices@0.1.8+overlay@2026-11`. */
  readonly version: string;
  /** Cost is null when the model, its tier, or the token counts are unknown. */
  price(question: PriceQuestion): Pricing;
  /** Tokens the model can take in, or null when unknown. */
  contextWindow(provider: string, model: string): number | null;
}

/** Models remembered; beyond it, the one not priced longest is looked up again. */
const REMEMBERED = 4096;
/** tokens × (dollars per million × 1e18) is in units of 1e-24 dollars; this many of them make a nano-dollar. */
const UNITS_PER_NANO = 10n ** 15n;

/** Words providers use for their plain tier. Any other word must be priced by an overlay row, or the cost is unknown. */
const standardTiers = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

interface Resolved {
  published: PublishedModel | null;
  overlay: PriceRow | null;
}

export function createPriceBook({ overlay = null }: { overlay?: PriceOverlay | null } = {}): PriceBook {
  const models = createRecentlyUsed<PublishedModel | null>(REMEMBERED);
  const resolutions = createRecentlyUsed<Resolved>(REMEMBERED);
  const model = (provider: string, name: string) =>
    models.get(`${provider}\n${name}`, () => publishedModel(provider, name));

  const resolve = ({ provider, model: name, at }: PriceQuestion, tier: PriceRow['tier']): Resolved => {
    const day = new Date(at).toISOString().slice(0, 10);
    return resolutions.get(`${provider}\n${name}\n${day}\n${tier}`, () => {
      const published = model(provider, name);
      const names = published ? [name, published.id] : [name];
      return { published, overlay: overlayRow(overlay, { provider, models: names, day, tier }) };
    });
  };

  return {
    version: `genai-prices@${publishedVersion}${overlay ? `+overlay@${overlay.version}` : ''}`,
    contextWindow: (provider, name) => model(provider, name)?.contextWindow ?? null,
    price(question) {
      const tier = tierOf(question.tier ?? '');
      const row = tier && ratesFor(question, tier, resolve(question, tier), overlay);
      const computed = row ? addUp(question.usage, row.rates) : null;
      const reported = question.reportedCost ? toScaled(question.reportedCost) : null;
      if (reported === null && !computed) return { costNanos: null, costSource: null, priceVersion: '', breakdown: [] };
      const source = question.usageSource === 'estimated' ? 'estimated' : 'computed';
      return {
        costNanos: reported === null ? computed!.nanos : Number(nanosOfDollars(reported)),
        costSource: reported === null ? source : 'reported',
        priceVersion: computed ? row!.version : '',
        breakdown: computed?.breakdown ?? [],
      };
    },
  };
}

function tierOf(word: string): PriceRow['tier'] | null {
  const tier = word.toLowerCase();
  if (standardTiers.has(tier)) return 'standard';
  return tier === 'batch' || tier === 'flex' || tier === 'priority' ? tier : null;
}

/** The rates that hold and what they are called; null when nobody has priced this model in this tier. */
function ratesFor(
  question: PriceQuestion,
  tier: PriceRow['tier'],
  { published, overlay: row }: Resolved,
  overlay: PriceOverlay | null,
): { rates: Rates; version: string } | null {
  const dated = published && rowAt(published, new Date(question.at));
  const publishedName =
    dated &&
    `genai-prices@${publishedVersion}/${question.provider}/${published.id}${dated.label ? `#${dated.label}` : ''}`;
  if (row && overlay) {
    const { rates, leansOnPublished } = ratesUnder(row, dated?.rates ?? null);
    const own = `overlay@${overlay.version}/${row.provider}/${row.model}#${row.from}`;
    return { rates, version: leansOnPublished ? `${own}+${publishedName}` : own };
  }
  return dated && publishedName && tier === 'standard' ? { rates: dated.rates, version: publishedName } : null;
}

/** Tokens × rates, summed exactly and rounded once; null when a count or a rate that matters is unknown. */
function addUp(usage: Usage, rates: Rates): { nanos: number; breakdown: Pricing['breakdown'] } | null {
  const input = countTokens(usage, inputBuckets);
  const output = countTokens(usage, outputBuckets);
  if ((input ?? 0) + (output ?? 0) === 0) return null;
  if (input === null && costs(rates, 'inputUncached')) return null;
  if (output === null && costs(rates, 'outputText')) return null;

  const breakdown: Pricing['breakdown'] = [];
  let units = 0n;
  const line = (bucket: string, tokens: number, rate: bigint) => {
    const product = BigInt(tokens) * rate;
    units += product;
    breakdown.push({ bucket, tokens, nanosPerMillion: nanosPerMillion(rate), nanos: Number(product) / 1e15 });
  };
  for (const bucket of buckets) {
    const tokens = usage[bucket] ?? 0;
    if (tokens === 0) continue;
    const found = rateOf(rates, bucket);
    if (!found || !isCount(tokens)) return null;
    line(found.label, tokens, rateAt(found.rate, input ?? 0));
  }
  if (rates.request) line('requests', 1, rates.request.base);
  const searches = webSearchesIn(usage.raw);
  if (searches > 0) {
    if (!rates.webSearch) return null;
    line('webSearches', searches, rates.webSearch.base);
  }
  return { nanos: Number(divideRounded(units, UNITS_PER_NANO)), breakdown };
}

function costs(rates: Rates, bucket: Bucket): boolean {
  return (rates.tokens[bucket]?.base ?? 0n) > 0n;
}

/** Null when no bucket of this side is known. */
function countTokens(usage: Usage, side: readonly Bucket[]): number | null {
  const known = side.map((bucket) => usage[bucket]).filter((tokens) => tokens !== null && tokens !== undefined);
  return known.length > 0 ? known.reduce((sum, tokens) => sum + tokens) : null;
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens > 0;
}
