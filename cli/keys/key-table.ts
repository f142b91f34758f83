// The list of keys for people: whose each is, what it is bound to, and whether it still holds.
import type { KeyView } from '../../contract/access/key.ts';

/** `now`: epoch milliseconds. */
export function keyTable(keys: readonly KeyView[], now: number): string {
  if (keys.length === 0) return 'No keys yet. `sightline keys create --name NAME` makes the first.';
  const rows = keys.map((key) => [key.id, `…${key.last4}`, key.name, state(key, now), bindings(key)]);
  const head = ['ID', 'ENDS IN', 'NAME', 'STATE', 'BOUND TO'];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

function state({ revokedAt, expiresAt, replacedBy }: KeyView, now: number): string {
  if (revokedAt !== null) return `revoked ${day(revokedAt)}`;
  if (expiresAt !== null && expiresAt <= now) return replacedBy ? 'replaced' : `expired ${day(expiresAt)}`;
  return expiresAt === null ? 'live' : `live until ${day(expiresAt)}`;
}

function bindings(key: KeyView): string {
  const { tenant, allowance } = key;
  const words = (['team', 'app', 'user', 'environment', 'task'] as const).map((name) => [name, key[name]]);
  const lists = (['models', 'providers', 'networks'] as const).map((name) => [name, key[name].join(',')]);
  const limits = [
    ['rpm', allowance.requestsPerMinute],
    ['tpm', allowance.tokensPerMinute],
    ['concurrency', allowance.concurrency],
  ].map(([name, most]) => [name, most === null ? '' : String(most)]);
  const all = [['tenant', tenant === 'default' ? '' : tenant], ...words, ...lists, ...limits];
  return all.flatMap(([name, value]) => (value ? [`${name}=${value}`] : [])).join(' ');
}
