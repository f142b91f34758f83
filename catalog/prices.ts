// What an exchange cost, in whole nano-dollars, with enough beside it to do the sum again. The published book gives the
// rates, the operator's overlay wins over it, and what nobody knows stays null.
import type { Pricing } from '../contract/exchange.ts';
import type { PriceOverlay, PriceRow } from '../contract/prices.ts';
import type { Usage } from '../contract/usage.ts';
import type { UsageSource } from '../contract/words.ts';
import { addUp } from './add-up.ts';
import { type Counted, countedInAll } from './counted.ts';
import { nanosOfDollars, toScaled } from './decimal.ts';
import { installedBook, type PublishedBook } from './published-book.ts';
import { type PublishedMultipliers, publishedMultipliers } from './published-multipliers.ts';
import { type PublishedModel, type PublishedRow, publishedModel, rowAt } from './published-prices.ts';
import { type Priced, ratesFor } from './rate-rules.ts';
import type { Rate } from './rates.ts';
import { createRecentlyUsed } from './recently-used.ts';
import { tierOf } from './service-tier.ts';

export type { PublishedBook } from './published-book.ts';
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
  /** Counted in the answer, where the usage itself is silent. */
  counted?: Counted;
  /** Dollars as the provider itself reports them, a decimal string (OpenRouter's usage.cost). */
  reportedCost?: string | null;
}

export interface PriceBook {
  /** Which books prices come from, such as `genai-prices@0.1.8+multipliers@2026-11-24+overlay@2026-11`. */
  readonly version: string;
  /** Cost is null when the model, its tier, or the token counts are unknown. */
  price(question: PriceQuestion): Pricing;
  /** The rates by which `price` would add up; null when nobody has priced this model in this tier. */
  rates(question: Pick<PriceQuestion, 'provider' | 'model' | 'at' | 'tier'>): Priced | null;
  /** Whether the published book lists this model of this provider. */
  knows(provider: string, model: string): boolean;
  /** The name under which the published book lists a model; null when it does not. */
  publishedId(provider: string, model: string): string | null;
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

export interface PriceSources {
  overlay?: PriceOverlay | null;
  /** Left out or null: the one that was installed. */
  book?: PublishedBook | null;
  /** Left out: those that Sightline ships. Null: none. */
  multipliers?: PublishedMultipliers | null;
}

/** Models remembered; beyond it, the one not priced longest is looked up again. */
const REMEMBERED = 4096;
const dayMs = 86_400_000;

interface Resolved {
  published: PublishedModel | null;
  /** Null when nobody has priced this model in this tier. */
  pricedBy(dated: PublishedRow | null): Priced | null;
}

export function createPriceBook(sources: PriceSources = {}): PriceBook {
  const { overlay = null, multipliers = publishedMultipliers } = sources;
  const book = sources.book ?? installedBook;
  const rules = { overlay, multipliers, bookVersion: book.version };
  const models = createRecentlyUsed<PublishedModel | null>(REMEMBERED);
  const resolutions = createRecentlyUsed<Resolved>(REMEMBERED);
  const model = (provider: string, name: string) =>
    models.get(`${provider}\n${name}`, () => publishedModel(book, provider, name));

  const resolve = (
    { provider, model: name, at }: Pick<PriceQuestion, 'provider' | 'model' | 'at'>,
    tier: PriceRow['tier'],
  ): Resolved =>
    resolutions.get(`${provider}\n${name}\n${Math.floor(at / dayMs)}\n${tier}`, () => {
      const published = model(provider, name);
      const day = new Date(at).toISOString().slice(0, 10);
      const question = { provider, model: name, published, day, tier };
      return { published, pricedBy: eachOnce((dated) => ratesFor(rules, question, dated)) };
    });

  const rates: PriceBook['rates'] = (question) => {
    const tier = tierOf(question.tier ?? '');
    const resolved = tier ? resolve(question, tier) : null;
    return resolved?.pricedBy(resolved.published ? rowAt(resolved.published, question.at) : null) ?? null;
  };

  return {
    version: versionOf({ book, overlay, multipliers }),
    rates,
    perToken(provider, name, at) {
      const priced = rates({ provider, model: name, at });
      if (!priced) return null;
      const { inputUncached, outputText, inputCacheRead } = priced.rates.tokens;
      return { input: nanosOf(inputUncached), output: nanosOf(outputText), cachedInput: nanosOf(inputCacheRead) };
    },
    knows: (provider, name) => model(provider, name) !== null,
    publishedId: (provider, name) => model(provider, name)?.id ?? null,
    contextWindow: (provider, name) => model(provider, name)?.contextWindow ?? null,
    price: (question) => priceUnder(rates(question), question),
  };
}

function priceUnder(priced: Priced | null, question: PriceQuestion): Pricing {
  const counted = countedInAll(question.usage.raw, question.counted);
  const computed = priced && addUp(question.usage, priced.rates, counted);
  const reported = question.reportedCost ? toScaled(question.reportedCost) : null;
  const told = { tier: question.tier ?? '', counted: { ...counted } };
  if (reported === null && !computed)
    return { costNanos: null, costSource: null, priceVersion: '', breakdown: [], ...told };
  const source = question.usageSource === 'estimated' ? 'estimated' : 'computed';
  return {
    costNanos: reported === null ? computed!.nanos : Number(nanosOfDollars(reported)),
    costSource: reported === null ? source : 'reported',
    priceVersion: computed ? priced!.version : '',
    breakdown: computed?.breakdown ?? [],
    ...told,
  };
}

function versionOf({ book, overlay, multipliers }: Required<PriceSources> & { book: PublishedBook }): string {
  const laidOver = [multipliers && `multipliers@${multipliers.version}`, overlay && `overlay@${overlay.version}`];
  return [book.version, ...laidOver.filter(Boolean)].join('+');
}

/** Dollars per million tokens, scaled by 1e18, as nano-dollars a token. */
function nanosOf(rate: Rate | null | undefined): number | null {
  return rate ? Number(rate.base) / 1e15 : null;
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
