// GET /api/spend.csv: one line per day, team, app, key, task, provider and model, for whoever charges teams for it.
import type { SpendKind } from '../../contract/questions/spend.ts';
import { csvLine } from './csv.ts';
import { dollars } from './dollars.ts';
import type { SpendOf } from './spend-rows.ts';

const kinds: readonly [SpendKind, string][] = [
  ['inputUncached', 'input'],
  ['inputCacheRead', 'cache_read'],
  ['inputCacheWrite5m', 'cache_write_5m'],
  ['inputCacheWrite1h', 'cache_write_1h'],
  ['inputAudio', 'input_audio'],
  ['inputImage', 'input_image'],
  ['outputText', 'output'],
  ['outputReasoning', 'reasoning'],
  ['outputAudio', 'output_audio'],
  ['outputImage', 'output_image'],
];

export const spendCsvHead = csvLine([
  ...['from', 'to', 'tenant', 'team', 'app', 'environment', 'key_id', 'key_name', 'task', 'provider', 'model'],
  ...['requests', 'cost_usd', 'saved_by_cache_usd', 'unpriced_requests', 'unpriced_tokens'],
  ...kinds.flatMap(([, name]) => [`${name}_tokens`, `${name}_usd`]),
  ...['fees_usd', 'unsplit_usd'],
]);

export function spendCsvLine(row: SpendOf, keyName: string): string {
  const { spend } = row;
  const kindOf = (kind: SpendKind) => spend.kinds.find((one) => one.kind === kind);
  return csvLine([
    ...[new Date(row.from).toISOString(), new Date(row.to).toISOString()],
    ...[row.tenant, row.team, row.app, row.environment, row.key_id, keyName, row.task, row.provider, row.model],
    ...[spend.requests, dollars(spend.costNanos), dollars(spend.savedNanos), spend.unpriced, spend.unpricedTokens],
    ...kinds.flatMap(([kind]) => [kindOf(kind)?.tokens ?? null, dollars(kindOf(kind)?.costNanos ?? null)]),
    ...[dollars(kindOf('fees')?.costNanos ?? null), dollars(kindOf('unsplit')?.costNanos ?? null)],
  ]);
}
