// `sightline keys`: makes, lists, rotates and revokes Sightline keys, asked of the collector that keeps them.
import { collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, type Terminal, UsageProblem } from './command.ts';
import { createKey, listKeys, revokeKey, rotateKey } from './keys/ask-keys.ts';
import { bindingFlags, bindingFrom } from './keys/binding.ts';
import { seconds } from './keys/span.ts';

const usage = `Usage: sightline keys <create | list | rotate ID | revoke ID> [options]

One Sightline key stands for every provider that is configured. Apps put it where their SDK takes an API key. Once there is a
key, what is configured opens for Sightline keys alone.

  create --name NAME        makes a key and shows it, once
    --team --app --user --environment --task --tenant WORD
                            what its calls are accounted to, whatever a client says
    --models A,B            the only models it may ask for; * is any run of characters
    --providers A,B         the only providers that may answer it
    --networks A,B          the only addresses it may come from, as 10.0.0.0/8
    --expires SPAN          holds for 90d, 12h …
    --rpm N --tpm N         requests and tokens per minute
    --concurrency N         calls at the same time
  list                      all keys, the newest first; never the keys themselves
  rotate ID [--grace SPAN]  makes a successor; the old one holds for 24h, or SPAN, more
  revoke ID                 within seconds no proxy takes it any more

${collectorFlagsUsage}

Exit code 0; 1 when the collector refuses or does not answer; 2 when the arguments make no sense.`;

const flags = { ...bindingFlags, grace: { type: 'string' }, ...collectorFlags } as const;
const ofCreate = Object.keys(bindingFlags);

export const keys: Command = {
  summary: 'Sightline keys: create, list, rotate, revoke',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [action, id, surplus] = words;
    const misplaced = action === 'create' ? undefined : ofCreate.find((name) => values[name] !== undefined);
    if (misplaced) throw new UsageProblem(`--${misplaced} belongs to "keys create".`);
    if (values.grace !== undefined && action !== 'rotate') throw new UsageProblem('--grace belongs to "keys rotate".');
    const extra = surplus ?? (action === 'create' || action === 'list' ? id : undefined);
    if (extra !== undefined) throw new UsageProblem(`"${extra}" means nothing here.`);
    return orExplained(terminal, () => act(action, { id, values, terminal }));
  },
};

interface Asked {
  id: string | undefined;
  values: Record<string, string | boolean | undefined>;
  terminal: Terminal;
}

async function act(action: string | undefined, { id, values, terminal }: Asked): Promise<number> {
  const grace = values.grace === undefined ? undefined : seconds('--grace', String(values.grace));
  const binding = action === 'create' ? bindingFrom(values, Date.now()) : null;
  const named = (): string => {
    if (id === undefined) throw new UsageProblem(`Which key? \`sightline keys list\` shows their ids.`);
    return id;
  };
  if (action === 'rotate' || action === 'revoke') named();
  else if (action !== 'create' && action !== 'list')
    throw new UsageProblem(action === undefined ? 'keys what?' : `"keys ${action}" does not exist.`);
  const asking = { ...operating(values, terminal), terminal, json: values.json === true };
  if (binding) return createKey(asking, binding);
  if (action === 'list') return listKeys(asking);
  return action === 'rotate' ? rotateKey(asking, named(), grace) : revokeKey(asking, named());
}
