// What ClickHouse has recorded of a budget in one period, for each value and each boot of a proxy. Of a boot that began to count
// later than it began to run, what came before stands apart.
import { counterName, counterPrefix } from '../../catalog/spending/counter.ts';
import type { Period } from '../../catalog/spending/period.ts';
import type { Store } from '../../clickhouse/store.ts';
import type { Budget } from '../../contract/access/budget.ts';
import type { CounterSeed } from '../../contract/access/lease.ts';
import { budgetScope, budgetValue, type NamedKey } from '../questions/budget-scope.ts';

export interface RecordedQuestion {
  budget: Budget;
  timezone: string;
  period: Period;
  keys: readonly NamedKey[];
  /** Since when a boot counts this budget, epoch milliseconds; left out: all along. */
  since: ReadonlyMap<string, number>;
  /** Epoch milliseconds. */
  now: number;
}

interface Row {
  boot_f: string;
  value_f: string;
  all_f: string;
  before_f: string;
}

/** A counter for each value that anything was spent of. */
export async function recordedSpend(store: Pick<Store, 'read'>, question: RecordedQuestion): Promise<CounterSeed[]> {
  const { budget, timezone, period, now } = question;
  const { sql, parameters } = spendSql(question);
  const rows = await store.read<Row>(sql, parameters);
  const prefix = counterPrefix(budget, timezone);
  const seeds = new Map<string, CounterSeed>();
  for (const row of rows) {
    const counter = counterName(prefix, row.value_f, period.startsAt);
    let seed = seeds.get(counter);
    if (!seed) {
      seed = { counter, version: now, endsAt: period.endsAt, boots: [] };
      seeds.set(counter, seed);
    }
    const beforeNanos = Number(row.before_f);
    seed.boots.push({ boot: row.boot_f, beforeNanos, recordedNanos: Number(row.all_f) - beforeNanos });
  }
  return [...seeds.values()];
}

function spendSql({ budget, period, keys, since }: RecordedQuestion) {
  const { condition } = budgetScope(budget, keys);
  const late = [...since].filter(([, at]) => at > period.startsAt);
  const began = 'transform(boot, {late_boots:Array(String)}, {late_since:Array(Int64)}, toInt64(0))';
  const isBefore = late.length > 0 ? `toUnixTimestamp64Milli(ts) < ${began}` : '0';
  const sql = `SELECT boot AS boot_f, ${budgetValue(budget)} AS value_f,
  sum(ifNull(cost_nanos, 0)) AS all_f, sumIf(ifNull(cost_nanos, 0), ${isBefore}) AS before_f
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from_ms:Int64}) AND ts < fromUnixTimestamp64Milli({to_ms:Int64})
  AND cost_nanos > 0 AND (${condition.sql})
GROUP BY boot_f, value_f
ORDER BY all_f DESC
LIMIT 50000`;
  return {
    sql,
    parameters: {
      ...condition.parameters,
      ...{ from_ms: period.startsAt, to_ms: period.endsAt },
      ...(late.length > 0 && { late_boots: late.map(([boot]) => boot), late_since: late.map(([, at]) => at) }),
    },
  };
}
