// Which rates hold for a model, and what they are called: the operator's row before the shipped multiplier, that before the
// published book, and null where none of them has a price.
import type { PriceOverlay, PriceRow } from '../contract/prices.ts';
import { timesScaled, toScaled } from './decimal.ts';
import { type OverlayQuestion, ratesUnder, rowFor } from './overlay-prices.ts';
import { type MultiplierRow, type PublishedMultipliers, withLongWrites } from './published-multipliers.ts';
import type { PublishedModel, PublishedRow } from './published-prices.ts';
import { mapRate, mapTokens, type Rates } from './rates.ts';

/** The rates that hold, and which book and rows they are from. */
export interface Priced {
  rates: Rates;
  version: string;
}

export interface RateRules {
  overlay: PriceOverlay | null;
  multipliers: PublishedMultipliers | null;
  /** Of the published book. */
  bookVersion: string;
}

export interface RateQuestion {
  provider: string;
  /** As asked for or answered. */
  model: string;
  published: PublishedModel | null;
  /** UTC, as 2026-11-21. */
  day: string;
  tier: PriceRow['tier'];
}

/** Null when nobody has priced this model in this tier. `dated`: the published row that holds at the moment. */
export function ratesFor(rules: RateRules, question: RateQuestion, dated: PublishedRow | null): Priced | null {
  const { overlay, multipliers } = rules;
  const published = publishedRates(rules, question, dated);
  const asked = overlayQuestion(question);
  const own = rowFor(overlay?.rows ?? [], asked);
  if (own && overlay) return underOverlay(own, overlay.version, published);
  if (question.tier === 'standard') return published;
  const multiplier = rowFor(multipliers?.rows ?? [], asked);
  // A price of the operator's own is multiplied, too: tiers are sold as a share of what the rest costs.
  const standard = multiplier && ratesFor(rules, { ...question, tier: 'standard' }, dated);
  return multiplier && standard && underMultiplier(multiplier, multipliers!.version, standard);
}

function overlayQuestion({ provider, model, published, day, tier }: RateQuestion): OverlayQuestion {
  return { provider, models: published ? [model, published.id] : [model], day, tier };
}

function publishedRates(
  { bookVersion, multipliers }: RateRules,
  { provider, published }: RateQuestion,
  dated: PublishedRow | null,
): Priced | null {
  if (!dated || !published) return null;
  const version = `${bookVersion}/${provider}/${published.id}${dated.label ? `#${dated.label}` : ''}`;
  const rates = multipliers ? withLongWrites(dated.rates, { provider, model: published.id }) : dated.rates;
  return { rates, version: rates === dated.rates ? version : `multipliers@${multipliers?.version}+${version}` };
}

function underOverlay(row: PriceRow, version: string, published: Priced | null): Priced {
  const { rates, leansOnPublished } = ratesUnder(row, published?.rates ?? null);
  const own = `overlay@${version}/${row.provider}/${row.model}#${row.from}`;
  return { rates, version: leansOnPublished ? `${own}+${published?.version}` : own };
}

function underMultiplier(row: MultiplierRow, version: string, { rates, version: standard }: Priced): Priced {
  const factor = toScaled(row.multiply) ?? 0n;
  const tokens = mapTokens(rates.tokens, (rate) => mapRate(rate, (scaled) => timesScaled(scaled, factor)));
  for (const bucket of row.unknown) tokens[bucket] = null;
  const name = `multipliers@${version}/${row.provider}/${row.model}#${row.tier}`;
  return { rates: { ...rates, tokens }, version: `${name}+${standard}` };
}
