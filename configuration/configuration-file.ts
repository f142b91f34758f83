// Finds the configuration file and turns its text into values. JSON is read as the subset of YAML it is, so both kinds
// report mistakes by line and column and refuse a key that stands twice.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { ConfigurationProblems } from './problems.ts';

const usualNames = ['sightline.config.json', 'sightline.config.yaml', 'sightline.config.yml'];

/** The file given, else the first usual name that exists in `cwd`, else null. Absolute. */
export function findConfigurationFile(cwd: string, given: string | undefined): string | null {
  if (given) return path.resolve(cwd, given);
  return usualNames.map((name) => path.join(cwd, name)).find((file) => existsSync(file)) ?? null;
}

/** The object the file holds. Throws ConfigurationProblems when it cannot be read, parsed, or holds no object. */
export function readConfigurationFile(file: string): Record<string, unknown> {
  const value = parseFile(file, readText(file));
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ConfigurationProblems([
    {
      path: file,
      found: Array.isArray(value) ? 'a list' : `a ${typeof value}`,
      expected: 'an object with keys such as "providers" and "routes"',
      fix: 'start the file with { } (JSON) or key: value lines (YAML)',
    },
  ]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationProblems([
      {
        path: file,
        found: code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${code})`,
        expected: 'a configuration file, JSON or YAML',
        fix:
          code === 'ENOENT'
            ? 'correct the path after --config, or leave it out to run without a file'
            : 'let this user read it',
      },
    ]);
  }
}

/** Text of a JSON or YAML file as values. Throws ConfigurationProblems with line and column. */
export function parseFile(file: string, text: string): unknown {
  const lines = new LineCounter();
  const json = file.endsWith('.json');
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: json ? 'json' : 'core',
    stringKeys: true,
  });
  if (document.errors.length > 0) {
    throw new ConfigurationProblems(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        // The parser quotes what it stumbled over, and that may be a key: only its own words are repeated.
        const reason = error.message.replace(/(["'`]).{4,}\1/gs, '…').replace(/\s+/g, ' ');
        return {
          path: `${file}:${line}:${col}`,
          found: `a mistake at line ${line}, column ${col}: ${reason}`,
          expected: json ? 'valid JSON' : 'valid YAML',
          fix: `look at line ${line}${line > 1 ? ' and its neighbours' : ''}`,
        };
      }),
    );
  }
  return document.toJS();
}
