// What an exchange cost, in whole nano-dollars, with enough beside it to do the sum again. The published book gives the
// rates, the operator's overlay wins over it, and what nobody knows stays null.
import type { Pricing } from '../contract/exchange.ts';
import type { PriceOverlay, PriceRow } from '../contract/prices.ts';
import type { Usage } from '../contract/usage.ts';
import type { UsageSource } from '../contract/words.ts';
import { divideRounded, nanosOfDollars, nanosPerMillion, toScaled } from './decimal.ts';
import { overlayRow, ratesUnder } from './overlay-prices.ts';
import { type PublishedModel, type PublishedRow, publishedModel, publishedVersion, rowAt } from './published-prices.ts';
import { type Bucket, buckets, inputBuckets, outputBuckets, type Rate, type Rates, rateAt, rateOf } from './rates.ts';
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
  /** Whether the published book lists this model of this provider. */
  knows(provider: string, model: string): boolean;
  /** Nano-dollars a token at the lowest tier, for choosing by; null when nobody has priced this model. */
  perToken(provider: string, model: string, at: number): PerToken | null;
  /** Tokens the model can take in, or null when unknown. */
  contextWindow(provider: string, model: string): number | null;
}

export interface PerToken {
  input: number | null;
  output: number | null;
  cachedInput: number | null;
}

/** Models remembered; beyond it, the one not priced longest is looked up again. */
const REMEMBERED = 4096;
/** tokens × (dollars per million × 1e18) is in units of 1e-24 dollars; this many of them make a nano-dollar. */
const UNITS_PER_NANO = 10n ** 15n;

/** Words providers use for their plain tier. Any other word must be priced by an overlay row, or the cost is unknown. */
const standardTiers = new Set(['', 'auto', 'default', 'standard', 'standard_only', 'on_demand']);

/** The rates that hold and what they are called. */
interface Priced {
  rates: Rates;
  version: string;
}

interface Resolved {
  published: PublishedModel | null;
  /** Null when nobody has priced this model in this tier. */
  pricedBy(dated: PublishedRow | null): Priced | null;
}

const dayMs = 86_400_000;

export function createPriceBook({ overlay = null }: { overlay?: PriceOverlay | null } = {}): PriceBook {
  const models = createRecentlyUsed<PublishedModel | null>(REMEMBERED);
  const resolutions = createRecentlyUsed<Resolved>(REMEMBERED);
  const model = (provider: string, name: string) =>
    models.get(`${provider}\n${name}`, () => publishedModel(provider, name));

  const resolve = (
    { provider, model: name, at }: Pick<PriceQuestion, 'provider' | 'model' | 'at'>,
    tier: PriceRow['tier'],
  ): Resolved =>
    resolutions.get(`${provider}\n${name}\n${Math.floor(at / dayMs)}\n${tier}`, () => {
      const published = model(provider, name);
      const names = published ? [name, published.id] : [name];
      const day = new Date(at).toISOString().slice(0, 10);
      const row = overlayRow(overlay, { provider, models: names, day, tier });
      const own = row && overlay ? { row, version: overlay.version } : null;
      const naming = { model: `${provider}/${published?.id}`, tier, own };
      return { published, pricedBy: eachOnce((dated) => ratesFor(dated, naming)) };
    });

  return {
    version: `genai-prices@${publishedVersion}${overlay ? `+overlay@${overlay.version}` : ''}`,
    perToken(provider, name, at) {
      const resolved = resolve({ provider, model: name, at }, 'standard');
      const priced = resolved.pricedBy(resolved.published ? rowAt(resolved.published, at) : null);
      if (!priced) return null;
      const { inputUncached, outputText, inputCacheRead } = priced.rates.tokens;
      return { input: nanosOf(inputUncached), output: nanosOf(outputText), cachedInput: nanosOf(inputCacheRead) };
    },
    knows: (provider, name) => model(provider, name) !== null,
    contextWindow: (provider, name) => model(provider, name)?.contextWindow ?? null,
    price(question) {
      const tier = tierOf(question.tier ?? '');
      const resolved = tier ? resolve(question, tier) : null;
      const dated = resolved?.published ? rowAt(resolved.published, question.at) : null;
      const row = resolved?.pricedBy(dated);
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

/** Dollars per million tokens, scaled by 1e18, as nano-dollars a token. */
function nanosOf(rate: Rate | undefined): number | null {
  return rate === undefined ? null : Number(rate.base) / 1e15;
}

function tierOf(word: string): PriceRow['tier'] | null {
  const tier = word.toLowerCase();
  if (standardTiers.has(tier)) return 'standard';
  return tier === 'batch' || tier === 'flex' || tier === 'priority' ? tier : null;
}

/** Remembers each result: a model has a handful of rows. */
function eachOnce(make: (dated: PublishedRow | null) => Priced | null): Resolved['pricedBy'] {
  const made = new Map<PublishedRow | null, Priced | null>();
  return (dated) => {
    let priced = made.get(dated);
    if (priced === undefined) {
      priced = make(dated);
      made.set(dated, priced);
    }
    return priced;
  };
}

interface RatesNaming {
  /** Provider and id in the published book. */
  model: string;
  tier: PriceRow['tier'];
  /** The operator's row, and the version of the overlay that it stands in. */
  own: { row: PriceRow; version: string } | null;
}

function ratesFor(dated: PublishedRow | null, { model, tier, own }: RatesNaming): Priced | null {
  const published = dated && `genai-prices@${publishedVersion}/${model}${dated.label ? `#${dated.label}` : ''}`;
  if (own) {
    const { rates, leansOnPublished } = ratesUnder(own.row, dated?.rates ?? null);
    const version = `overlay@${own.version}/${own.row.provider}/${own.row.model}#${own.row.from}`;
    return { rates, version: leansOnPublished ? `${version}+${published}` : version };
  }
  return dated && published && tier === 'standard' ? { rates: dated.rates, version: published } : null;
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
  let sum: number | null = null;
  for (const bucket of side) {
    const tokens = usage[bucket] ?? null;
    if (tokens !== null) sum = (sum ?? 0) + tokens;
  }
  return sum;
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens > 0;
}
