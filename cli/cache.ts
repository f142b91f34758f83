// `sightline cache purge`: has no proxy serve what was cached before.
import { CachePurge } from '../contract/access/access-document.ts';
import { collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, textFlag, UsageProblem } from './command.ts';

const usage = `Usage: sightline cache purge [options]

From now on no proxy serves an answer that was cached before: all answers of the tenant, or those of a user, of a namespace,
or of both. In force in every proxy within five seconds.

  --tenant NAME     whose answers (default: default)
  --user NAME       only answers to calls of this user
  --namespace NAME  only answers within this namespace
${collectorFlagsUsage}

Exit code 0; 1 when the collector refuses or does not answer.`;

const flags = {
  ...collectorFlags,
  tenant: { type: 'string' },
  user: { type: 'string' },
  namespace: { type: 'string' },
} as const;

export const cache: Command = {
  summary: 'have cached answers served no longer',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [action, surplus] = words;
    if (action === undefined) throw new UsageProblem('cache what?');
    if (action !== 'purge') throw new UsageProblem(`"cache ${action}" does not exist.`);
    if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
    return orExplained(terminal, async () => {
      const body = {
        tenant: textFlag(values, 'tenant') ?? 'default',
        ...{ user: textFlag(values, 'user') ?? '', namespace: textFlag(values, 'namespace') ?? '' },
      };
      const { api } = operating(values, terminal);
      const purge = await api.ask({ method: 'POST', path: 'api/cache/purge', body }, CachePurge);
      terminal.print(values.json === true ? JSON.stringify(purge) : sentence(purge));
      return 0;
    });
  },
};

function sentence({ tenant, user, namespace, before }: CachePurge): string {
  const whose = user === '' ? `tenant "${tenant}"` : `user "${user}" of tenant "${tenant}"`;
  const within = namespace === '' ? '' : ` in namespace "${namespace}"`;
  return `Answers of ${whose}${within} from before ${new Date(before).toISOString()} are served no longer.`;
}
