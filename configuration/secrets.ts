// Where a configuration holds secrets, how references to them are followed, and how they are kept out of sight.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConfigurationProblem } from './problems.ts';

export type Environment = Record<string, string | undefined>;

/** True for fields that hold a key, a password or a header that may carry one. */
export function isSecretPath(dotted: string): boolean {
  return /(^|\.)(apiKey|credentials|ingestKey|accessKey|pepper|masterKey|previousMasterKeys|webhook)$|^providers\.[^.]+\.(headers|aws|apiKeys)\./.test(
    dotted,
  );
}

/** A value for people to read: secrets become `***` (references stay, they tell nothing), passwords in URLs too. */
export function masked(dotted: string, value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  if (isSecretPath(dotted)) return text === '' || text === 'null' || isReference(text) ? text : '***';
  return withoutCredentials(text);
}

/** `https://user:password@host` as `https://***@host`. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s"]+@/g, '//***@');
}

function isReference(text: string): boolean {
  return /^(env|file):/.test(text);
}

export interface SecretReader {
  /** The value itself, or what `env:NAME` or `file:/path` refers to. Null after a problem has been noted. */
  follow(dotted: string, value: string): string | null;
  /** The first of these variables that is set, or whose `<NAME>_FILE` names a readable file (Docker secrets). */
  variable(names: readonly string[]): { name: string; value: string } | null;
}

export function createSecretReader(options: {
  env: Environment;
  /** Relative files are looked for here. */
  directory: string;
  problems: ConfigurationProblem[];
}): SecretReader {
  const { env, directory, problems } = options;
  const readFile = (where: string, file: string): string | null => {
    try {
      return readFileSync(path.resolve(directory, file), 'utf8').trim();
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      problems.push({
        path: where,
        found: `a reference to the file ${file}, which cannot be read (${reason})`,
        expected: 'a file that this process may read, holding nothing but the secret',
        fix: `create ${path.resolve(directory, file)} or correct the path`,
      });
      return null;
    }
  };
  return {
    follow(dotted, value) {
      if (value.startsWith('file:')) return readFile(dotted, value.slice('file:'.length));
      if (/^\$\{?\w+\}?$/.test(value)) {
        const name = value.replaceAll(/[${}]/g, '');
        problems.push({
          path: dotted,
          found: value,
          expected: '"env:NAME", "file:/path" or the secret itself',
          fix: `write "env:${name}"`,
        });
        return null;
      }
      if (!value.startsWith('env:')) return value;
      const name = value.slice('env:'.length);
      const set = env[name] || (env[`${name}_FILE`] && readFile(dotted, env[`${name}_FILE`]!));
      if (set) return set;
      problems.push({
        path: dotted,
        found: `"env:${name}", and the environment variable ${name} is not set`,
        expected: `${name} in the environment`,
        fix: `export ${name}=… before starting, or take the line out`,
      });
      return null;
    },
    variable(names) {
      for (const name of names) {
        const plain = env[name];
        if (plain) return { name, value: plain };
        const file = env[`${name}_FILE`];
        const value = file ? readFile(`${name}_FILE`, file) : null;
        if (value) return { name: `${name}_FILE`, value };
      }
      return null;
    },
  };
}
