// Every price of a set of books as rows to be read or compared: one for each provider, model and service tier.
import type { PriceOverlay, PriceRow } from '../contract/prices.ts';
import { decimalText } from './decimal.ts';
import { createPriceBook, type PriceSources } from './prices.ts';
import { installedBook, type PublishedBook } from './published-book.ts';
import { type Bucket, buckets, type Fee, type Rate, type Rates } from './rates.ts';

export interface ListedPrice {
  provider: string;
  model: string;
  tier: PriceRow['tier'];
  version: string;
  /** Dollars per million tokens; by bucket, and for requests, searches … per million of those. */
  prices: Partial<Record<Bucket | Fee, ListedRate>>;
}

export interface ListedRate {
  dollars: string;
  /** Once the input of a request is above so many tokens, all of it costs this. */
  above?: { tokens: number; dollars: string }[];
}

export interface PriceListQuestion extends PriceSources {
  /** Exact id; left out: all. */
  provider?: string | undefined;
  /** A model's name or a part of it. */
  model?: string | undefined;
  /** Epoch milliseconds. */
  at: number;
}

const tiers = ['standard', 'batch', 'flex', 'priority'] as const satisfies readonly PriceRow['tier'][];

/** In the book's order, the operator's own models at the end. */
export function listPrices({ provider, model, at, ...sources }: PriceListQuestion): ListedPrice[] {
  const prices = createPriceBook(sources);
  const wanted = (model ?? '').toLowerCase();
  return namesIn(sources.book ?? installedBook, sources.overlay ?? null)
    .filter((one) => provider === undefined || one.provider === provider)
    .filter((one) => one.model.toLowerCase().includes(wanted))
    .flatMap((one) =>
      tiers.flatMap((tier) => {
        const priced = prices.rates({ ...one, tier, at });
        return priced ? [{ ...one, tier, version: priced.version, prices: listed(priced.rates) }] : [];
      }),
    );
}

function namesIn(book: PublishedBook, overlay: PriceOverlay | null): { provider: string; model: string }[] {
  const published = book.providers.flatMap(({ id, models }) =>
    models.map((model) => ({ provider: id, model: model.id })),
  );
  const known = new Set(published.map(({ provider, model }) => `${provider}\n${model}`));
  const own = new Map<string, { provider: string; model: string }>();
  for (const { provider, model } of overlay?.rows ?? []) {
    const name = `${provider}\n${model}`;
    if (!name.includes('*') && !known.has(name)) own.set(name, { provider, model });
  }
  return [...published, ...own.values()];
}

function listed({ tokens, fees }: Rates): ListedPrice['prices'] {
  const prices: ListedPrice['prices'] = {};
  for (const bucket of buckets) if (tokens[bucket]) prices[bucket] = listedRate(tokens[bucket]);
  for (const [fee, rate] of Object.entries(fees) as [Fee, Rate][]) prices[fee] = listedRate(rate);
  return prices;
}

function listedRate({ base, tiers: steps }: Rate): ListedRate {
  const above = steps.map(({ above: tokens, rate }) => ({ tokens, dollars: decimalText(rate) }));
  return { dollars: decimalText(base), ...(above.length > 0 && { above }) };
}
