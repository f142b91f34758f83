// What the published book knows of the models of a provider besides their exact rates: names, windows, prices for people.
import { findProvider, type ModelInfo } from '@pydantic/genai-prices';
import { isPublishedProvider } from './published-prices.ts';

export interface ListedModel {
  id: string;
  name: string;
  /** Tokens it can take in; null when unknown. */
  contextWindow: number | null;
  pricing: ListedPrice;
}

/** Dollars per million tokens at the lowest tier, as published for today; null when nobody has written it down. */
export interface ListedPrice {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
}

export const unknownPrice: ListedPrice = Object.freeze({
  input: null,
  output: null,
  cacheRead: null,
  cacheWrite: null,
});

/** Id in the book of who makes a model of this name, whoever else serves it too; '' when the book does not say. */
export const makerOf = (model: string): string => findProvider({ modelId: model })?.id ?? '';

/** All models of this provider in the book, in its order; none where the book does not know the provider. */
export function listedModels(provider: string): ListedModel[] {
  if (!isPublishedProvider(provider)) return [];
  return (findProvider({ providerId: provider })?.models ?? []).map((model) => ({
    id: model.id,
    name: model.name ?? model.id,
    contextWindow: model.context_window ?? null,
    pricing: pricingOf(model),
  }));
}

function pricingOf({ prices }: ModelInfo): ListedPrice {
  const today = new Date().toISOString().slice(0, 10);
  const dated = Array.isArray(prices)
    ? prices.findLast(
        ({ constraint }) => !constraint || (constraint.type === 'start_date' && constraint.start_date <= today),
      )?.prices
    : prices;
  const dollars = (key: string): number | null => {
    const price = dated?.[key];
    if (price === undefined) return null;
    return typeof price === 'number' ? price : Number(price.base);
  };
  return {
    input: dollars('input_mtok'),
    output: dollars('output_mtok'),
    cacheRead: dollars('cache_read_mtok'),
    cacheWrite: dollars('cache_write_mtok'),
  };
}
