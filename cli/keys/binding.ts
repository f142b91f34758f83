// What the flags of `keys create` bind a key to.
import { KeyBinding } from '../../contract/access/key.ts';
import { UsageProblem } from '../command.ts';
import { seconds } from './span.ts';

const text = { type: 'string' } as const;

export const bindingFlags = {
  ...{ name: text, tenant: text, team: text, app: text, user: text, environment: text, task: text },
  ...{ models: text, providers: text, networks: text, expires: text, rpm: text, tpm: text, concurrency: text },
};

/** `now`: epoch milliseconds. Throws UsageProblem. */
export function bindingFrom(values: Record<string, string | boolean | undefined>, now: number): KeyBinding {
  const said = (name: string): string | undefined => values[name] as string | undefined;
  if (!said('name')) throw new UsageProblem('A key needs a --name: whose is it?');
  const expires = said('expires');
  const read = KeyBinding.safeParse({
    ...{ name: said('name'), tenant: said('tenant'), team: said('team'), app: said('app'), user: said('user') },
    ...{ environment: said('environment'), task: said('task') },
    ...{ models: list(said('models')), providers: list(said('providers')), networks: list(said('networks')) },
    expiresAt: expires === undefined ? null : now + seconds('--expires', expires) * 1000,
    allowance: {
      requestsPerMinute: count('--rpm', said('rpm')),
      tokensPerMinute: count('--tpm', said('tpm')),
      concurrency: count('--concurrency', said('concurrency')),
    },
  });
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  throw new UsageProblem(`--${path[0] === undefined ? 'name' : String(path[0])}: ${message}`);
}

function list(words: string | undefined): string[] | undefined {
  return words
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function count(flag: string, word: string | undefined): number | null {
  if (word === undefined) return null;
  if (/^[1-9]\d{0,11}$/.test(word)) return Number(word);
  throw new UsageProblem(`${flag} takes a whole number above 0, not "${word}".`);
}
