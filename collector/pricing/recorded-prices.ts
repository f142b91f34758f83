// The recorded exchanges of a window with all that their price depends on, a few thousand at a time and each read once, so that
// memory stays flat however long the window is. Reads only.

import type { PriceQuestion } from '../../catalog/prices.ts';
import { buckets } from '../../catalog/rates.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { Window } from '../../contract/questions/window.ts';
import type { Usage } from '../../contract/usage.ts';
import { insideWindow } from '../questions/decision-filters.ts';
import type { QuestionContext } from '../questions/question.ts';
import { bucketColumns } from '../questions/spend-slices.ts';
import { timeSlices } from '../questions/time-slices.ts';

type Counted = NonNullable<PriceQuestion['counted']>;

export interface RecordedPrice {
  id: string;
  at: number;
  provider: string;
  /** Who answered, else who was asked by this name. */
  model: string;
  usage: Usage;
  usageSource: ExchangeRecord['usageSource'];
  nanos: number | null;
  costSource: ExchangeRecord['pricing']['costSource'];
  tier: string;
  counted: Counted;
  complete: boolean;
  /** Nobody was paid for it: the answer came from the cache. */
  fromCache: boolean;
}

const pageSize = 2000;

export interface RecordedPrices {
  total: number;
  pages(): AsyncGenerator<RecordedPrice[]>;
}

export async function recordedPrices(context: Pick<QuestionContext, 'store'>, window: Window): Promise<RecordedPrices> {
  const slices = await timeSlices(context, { table: 'exchanges', window, most: pageSize });
  return {
    total: slices.reduce((sum, { rows }) => sum + rows, 0),
    async *pages() {
      for (const { from, to, rows } of slices) {
        // A busy minute is split by a hash of the id.
        const parts = Math.max(1, Math.ceil(rows / (2 * pageSize)));
        for (let part = 0; part < parts; part++) {
          const found = await context.store.read<StoredPrice>(pageSql, { from, to, part, parts });
          yield found.map(toRecordedPrice);
        }
      }
    },
  };
}

type StoredPrice = Record<(typeof bucketColumns)[keyof typeof bucketColumns], string | null> & {
  exchange_id: string;
  started_at: string;
  provider: string;
  priced_model: string;
  usage_source: ExchangeRecord['usageSource'];
  nanos: string | null;
  cost_source: RecordedPrice['costSource'];
  price_tier: string;
  counted: Counted;
  billed: string;
  complete: boolean;
  from_cache: boolean;
};

const inPart = 'cityHash64(id) % {parts:UInt32} = {part:UInt32}';
/** The model of an alias stands in the attempt. Cohere bills other counts than were used; those stand in the breakdown. */
const pageSql = `SELECT toString(called.id) AS exchange_id, toUnixTimestamp64Milli(called.ts) AS started_at, called.provider AS provider,
  if(response_model != '', response_model, if(tried.asked_model != '', tried.asked_model, requested_model)) AS priced_model,
  ${Object.values(bucketColumns).join(', ')}, usage_source, cost_nanos AS nanos, cost_source, price_tier, counted,
  billed, complete, from_cache
FROM (SELECT id, ts, provider, response_model, requested_model, ${Object.values(bucketColumns).join(', ')}, usage_source, cost_nanos,
    cost_source, price_tier, counted, outcome = 'success' AS complete,
    cache_status IN ('hit', 'shared', 'stale', 'near') AS from_cache,
    if(position(usage_raw, '"billed_units"') > 0, breakdown, '') AS billed
  FROM {db:Identifier}.exchanges WHERE ${insideWindow} AND ${inPart}) AS called
GLOBAL ANY LEFT JOIN (SELECT id, argMax(model, number) AS asked_model
  FROM {db:Identifier}.attempts WHERE ${insideWindow} AND ${inPart} AND outcome = 'success' GROUP BY id) AS tried USING (id)
ORDER BY called.ts`;

function toRecordedPrice(row: StoredPrice): RecordedPrice {
  const numbers = Object.entries(bucketColumns).map(([bucket, column]) => [bucket, numberOrNull(row[column])]);
  const usage = { ...(Object.fromEntries(numbers) as Usage), total: null, raw: null };
  return {
    ...{ id: row.exchange_id, at: Number(row.started_at), provider: row.provider, model: row.priced_model },
    usage: row.billed === '' ? usage : billedUsage(usage, row.billed),
    ...{ usageSource: row.usage_source, nanos: numberOrNull(row.nanos), costSource: row.cost_source },
    ...{ tier: row.price_tier, counted: row.counted, complete: row.complete, fromCache: row.from_cache },
  };
}

function billedUsage(usage: Usage, breakdown: string): Usage {
  const lines = JSON.parse(breakdown) as ExchangeRecord['pricing']['breakdown'];
  if (lines.length === 0) return usage;
  const paid = new Map(lines.map(({ bucket, tokens }) => [bucket.split(' as ')[0], tokens]));
  const numbers = buckets.map((bucket) => [bucket, usage[bucket] === null ? null : (paid.get(bucket) ?? 0)]);
  return { ...usage, ...Object.fromEntries(numbers) };
}

const numberOrNull = (text: string | number | null): number | null => (text === null ? null : Number(text));
