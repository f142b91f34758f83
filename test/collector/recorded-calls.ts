// Recorded calls with a real price, for tests that price them again or hold an invoice against them.
import { createPriceBook, type PriceBook } from '../../catalog/prices.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';
import { exchange } from '../clickhouse/records.ts';
import { uuidv7 } from '../questions/synthetic.ts';

export const may = Date.UTC(2026, 4, 4);
export const installed: PriceBook = createPriceBook();

export interface Spoken {
  at: number;
  provider?: string;
  model?: string;
  usage: Partial<Usage>;
  tier?: string;
  counted?: ExchangeRecord['pricing']['counted'];
  /** In place of the installed book's price. */
  pricing?: Partial<ExchangeRecord['pricing']>;
  more?: Partial<ExchangeRecord>;
}

export function spoken({ provider = 'openai', model = 'gpt-5.4', ...call }: Spoken, number: number): ExchangeRecord {
  const { at, tier = '', counted = {}, pricing, more } = call;
  const usage: Usage = { ...unknownUsage, inputUncached: 0, outputText: 0, ...call.usage };
  const price = installed.price({ provider, model, usage, usageSource: 'reported', at, tier, counted });
  return exchange(number, {
    ...{ id: uuidv7(at, number), startedAt: at, provider, requestedModel: model, responseModel: model, usage },
    ...{ usageSource: 'reported', pricing: { ...price, ...pricing }, outcome: 'success', attempts: [], cache: null },
    ...more,
  });
}
