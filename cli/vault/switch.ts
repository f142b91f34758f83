// `vault switch`: a planned switch-over. The new key is stored with the moment from which it is used, and only then the old
// ones get the moment until which they are: interrupted in between, calls go on with both.
import { SecretView } from '../../contract/access/secret.ts';
import { inForce } from '../../proxy/vault/in-force.ts';
import { textFlag, UsageProblem } from '../command.ts';
import { addSealed } from './add.ts';
import { storedSecrets } from './list.ts';
import { momentFlag, type VaultAction } from './vault-action.ts';

export const switchOver: VaultAction = async (call) => {
  const { word: provider, api, values, terminal } = call;
  const at = momentFlag(values, 'at');
  if (at === undefined) throw new UsageProblem('When? Give --at TIME, such as 2026-12-01T00:00:00Z.');
  const ends = at + milliseconds(textFlag(values, 'overlap') ?? '0m');
  const now = Date.now();
  const old = (await storedSecrets(api)).filter((one) => {
    const unended = one.until === null || one.until > ends;
    return one.provider === provider && unended && inForce(one, now) !== 'over' && one.from < ends;
  });
  const added = await addSealed(call, { from: at, until: null });
  for (const { id } of old) {
    await api.ask({ method: 'PUT', path: `api/secrets/${encodeURIComponent(id)}`, body: { until: ends } }, SecretView);
  }
  const ended = old.map(({ id }) => id);
  if (values.json === true) terminal.print(JSON.stringify({ added, ended, until: ends }));
  else {
    const until = new Date(ends).toISOString();
    terminal.print(
      `${added.id} takes over at ${new Date(at).toISOString()}; until ${until}: ${ended.join(', ') || 'none'}.`,
    );
  }
  return 0;
};

function milliseconds(span: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(span) ?? [];
  const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (count === undefined || unit === undefined)
    throw new UsageProblem(`--overlap takes a span such as 30m or 2h, not "${span}".`);
  return Number(count) * (units[unit] ?? 0);
}
