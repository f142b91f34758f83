// The master keys that this process knows: the one that seals, and earlier ones that still open. Read from where the
// configuration points, and read again when an envelope asks for a key that was not there.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { VaultConfiguration } from '../../contract/access/access-configuration.ts';
import { askKeyCommand } from './key-command.ts';
import { type MasterKey, MasterKeyProblem, readMasterKey } from './master-key.ts';

export interface KeyRing {
  /** Seals what is new; null while it is not known. */
  readonly current: MasterKey | null;
  /** Why it is not known, as a sentence with what to do; null when it is. */
  readonly problem: string | null;
  find(id: string): MasterKey | null;
  /** Reads all keys anew; at most one reading is under way. Never rejects: `problem` says what is wrong. */
  reload(): Promise<void>;
}

export interface KeyRingOptions {
  vault: VaultConfiguration;
  env: Record<string, string | undefined>;
  /** Relative files are looked for here. */
  directory: string;
  commandDeadlineMs?: number;
}

/** Has read nothing yet. */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  let keys = new Map<string, MasterKey>();
  let current: MasterKey | null = null;
  let problem: string | null = 'the master key has not been read yet';
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const found = new Map<string, MasterKey>();
    const problems: string[] = [];
    const keep = (key: MasterKey): MasterKey => {
      found.set(key.id, key);
      return key;
    };
    const first = await orProblem(readCurrent(options), problems);
    for (const [index, reference] of options.vault.previousMasterKeys.entries()) {
      const key = await orProblem(readReference(`vault.previousMasterKeys[${index}]`, reference, options), problems);
      if (key) keep(key);
    }
    // A command that fails for a moment does not take away a key that is known.
    if (first) current = keep(first);
    else if (current) keep(current);
    keys = found;
    problem = problems.length === 0 ? null : problems.join(' ');
  }

  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    find: (id) => keys.get(id) ?? null,
    reload() {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
  };
}

async function readCurrent(options: KeyRingOptions): Promise<MasterKey> {
  const { vault, env, commandDeadlineMs = 10_000 } = options;
  if (vault.masterKey !== '') return readReference('vault.masterKey', vault.masterKey, options);
  if (vault.command.length === 0) throw new MasterKeyProblem(nothingSet);
  const printed = await askKeyCommand({ command: vault.command, env, deadlineMs: commandDeadlineMs });
  return readMasterKey(printed, 'vault.command');
}

const nothingSet =
  'vault.masterKey: expected "env:NAME" or "file:/path" of the master key, found nothing. `sightline vault init` makes one.';

async function readReference(where: string, reference: string, options: KeyRingOptions): Promise<MasterKey> {
  const { env, directory } = options;
  if (reference.startsWith('env:')) {
    const name = reference.slice('env:'.length);
    const file = env[`${name}_FILE`];
    if (env[name]) return readMasterKey(env[name], `${where} (${reference})`);
    if (file) return readKeyFile(where, path.resolve(directory, file));
    throw new MasterKeyProblem(`${where}: expected the variable ${name} in the environment, and it is not set.`);
  }
  if (reference.startsWith('file:'))
    return readKeyFile(where, path.resolve(directory, reference.slice('file:'.length)));
  throw new MasterKeyProblem(
    `${where}: expected "env:NAME" or "file:/path", found something else; the key itself never stands in the file.`,
  );
}

async function readKeyFile(where: string, file: string): Promise<MasterKey> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new MasterKeyProblem(`${where}: expected the master key in ${file}, which cannot be read (${reason}).`);
  }
  return readMasterKey(text, `${where} (${file})`);
}

async function orProblem(reading: Promise<MasterKey>, problems: string[]): Promise<MasterKey | null> {
  try {
    return await reading;
  } catch (error) {
    problems.push(error instanceof MasterKeyProblem ? error.message : String(error));
    return null;
  }
}
