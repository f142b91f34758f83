// The same figures three ways: from the records in plain TypeScript, from the base table, and from each rollup.
import type { Store } from '../../clickhouse/store.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';

export interface Sums {
  base: Figures;
  minutes: Figures;
  quarters: Figures;
  hours: Figures;
  days: Figures;
  /** Requests and cost as the rollups of spend have them. */
  spend: Pick<Figures, 'requests' | 'cost'>;
  userSpend: Pick<Figures, 'requests' | 'cost'>;
  ids: number;
  bodies: number;
  attempts: number;
}

/** Counts and sums as decimal text; the cost is beyond 2^53. */
interface Figures {
  requests: string;
  failed: string;
  input: string | null;
  output: string | null;
  cost: string | null;
  unpriced: string;
  samples: number;
}

const sum = (values: (number | null)[]): string | null => {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? null : String(found.reduce((total, value) => total + BigInt(value), 0n));
};

export function expectedSums(exchanges: ExchangeRecord[]): Sums {
  const figures: Figures = {
    requests: String(exchanges.length),
    failed: String(exchanges.filter((record) => record.outcome === 'failed').length),
    input: sum(exchanges.map((record) => record.usage.inputUncached)),
    output: sum(exchanges.map((record) => record.usage.outputText)),
    cost: sum(exchanges.map((record) => record.pricing.costNanos)),
    unpriced: String(exchanges.filter(isUnpriced).length),
    samples: exchanges.some((record) => record.totalMs !== null) ? 1 : 0,
  };
  return {
    base: figures,
    minutes: figures,
    quarters: figures,
    hours: figures,
    days: figures,
    spend: { requests: figures.requests, cost: figures.cost },
    userSpend: { requests: figures.requests, cost: figures.cost },
    ids: new Set(exchanges.map((record) => record.id)).size,
    bodies: exchanges.length,
    attempts: exchanges.reduce((total, record) => total + record.attempts.length, 0),
  };
}

const isUnpriced = ({ pricing, usage }: ExchangeRecord): boolean =>
  pricing.costNanos === null && ((usage.inputUncached ?? 0) + (usage.outputText ?? 0) > 0 || (usage.total ?? 0) > 0);

const baseSql = `SELECT count() AS requests, countIf(outcome = 'failed') AS failed, sum(input_tokens) AS input,
  sum(output_tokens) AS output, sum(cost_nanos) AS cost, countIf(cost_nanos IS NULL AND (ifNull(input_tokens, 0)
  + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)) AS unpriced, max(total_ms) > 0 AS samples
  FROM {db:Identifier}.exchanges`;

const rollupSql = (table: string): string => `SELECT sum(request_count) AS requests,
  sumIf(request_count, outcome = 'failed') AS failed, sum(input_token_sum) AS input, sum(output_token_sum) AS output,
  sum(cost_sum) AS cost, sum(unpriced_count) AS unpriced,
  quantilesTDigestMerge(0.5, 0.95, 0.99)(total_ms_state)[1] > 0 AS samples FROM {db:Identifier}.${table}`;

const spendSql = (table: string): string =>
  `SELECT sum(request_count) AS requests, sum(cost_sum) AS cost FROM {db:Identifier}.${table}`;

export async function storedSums(store: Pick<Store, 'read'>): Promise<Sums> {
  const first = async <Row>(sql: string): Promise<Row> => (await store.read<Row>(sql))[0]!;
  const counts = await first<{ ids: string; bodies: string; attempts: string }>(
    `SELECT (SELECT uniqExact(id) FROM {db:Identifier}.exchanges) AS ids,
      (SELECT count() FROM {db:Identifier}.bodies) AS bodies, (SELECT count() FROM {db:Identifier}.attempts) AS attempts`,
  );
  return {
    base: await first<Figures>(baseSql),
    minutes: await first<Figures>(rollupSql('minute_models')),
    quarters: await first<Figures>(rollupSql('quarter_costs')),
    hours: await first<Figures>(rollupSql('hour_costs')),
    days: await first<Figures>(rollupSql('day_costs')),
    spend: await first<Sums['spend']>(spendSql('quarter_spend')),
    userSpend: await first<Sums['userSpend']>(spendSql('quarter_user_spend')),
    ids: Number(counts.ids),
    bodies: Number(counts.bodies),
    attempts: Number(counts.attempts),
  };
}
