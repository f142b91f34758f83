// Values against the schema: zod's issues in our words, with what was found, where it came from, and what was meant.
import type { z } from 'zod';
import { Configuration } from '../contract/configuration.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import { schemaField } from './schema-field.ts';
import { masked } from './secrets.ts';

/**
 * The configuration with all defaults. What is wrong is noted and left out, so that later checks see the rest and
 * everything can be reported at once; with a problem noted, the result is for those checks alone. `sources`: path to
 * origin.
 */
export function validate(
  values: unknown,
  sources: Readonly<Record<string, string>>,
  problems: ConfigurationProblem[],
): Configuration {
  const remaining = structuredClone(values);
  // Leaving one value out can uncover another (an object that lacks a field now), hence a few rounds.
  for (let round = 0; round < 5; round++) {
    const parsed = Configuration.safeParse(remaining);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      if (round === 0) problems.push(...toProblems(issue, values, sources));
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(remaining, [...issue.path, key]);
      else leaveOut(remaining, issue.path);
    }
  }
  return Configuration.parse({});
}

function leaveOut(values: unknown, path: readonly PropertyKey[]): void {
  const parent = valueAt(values, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined || typeof parent !== 'object' || parent === null) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<PropertyKey, unknown>)[key];
}

function toProblems(
  issue: z.core.$ZodIssue,
  values: unknown,
  sources: Readonly<Record<string, string>>,
): ConfigurationProblem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key));
  const dotted = dot(issue.path);
  const origin = sources[dotted];
  const value = valueAt(values, issue.path);
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    return [
      {
        path: dotted,
        found: `the name "${key}"`,
        expected: issue.issues[0] ? words(issue.issues[0].message) : 'a known name',
        fix: didYouMean(key.toLowerCase(), knownKeys(issue)) || `write it in lower case: "${key.toLowerCase()}"`,
      },
    ];
  }
  return [
    {
      path: dotted || 'the whole file',
      found: `${describe(issue.path, value)}${origin ? ` (${origin})` : ''}`,
      expected: [words(issue.message), schemaField(issue.path)?.description].filter(Boolean).join('; '),
      fix: suggestion(issue, value),
    },
  ];
}

function unknownKey(path: readonly PropertyKey[], key: string): ConfigurationProblem {
  const keys = schemaField(path)?.keys ?? [];
  return {
    path: dot([...path, key]),
    found: `an unknown key, "${key}"`,
    expected: `one of ${keys.filter((one) => one !== '$schema').join(', ')}`,
    fix: didYouMean(key, keys) || 'take it out',
  };
}

function knownKeys(issue: z.core.$ZodIssueInvalidKey): string[] {
  return issue.issues.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : []));
}

/** For a word that is none of the allowed ones: the one that was meant. */
function suggestion(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return '';
  return didYouMean(value, issue.values.map(String));
}

/** `Invalid input: expected number, received string` as `a number`: what was found stands on its own line. */
function words(message: string): string {
  return message
    .replace(/^Invalid (input|option|string|URL)(: )?/, '')
    .replace(/, received .*$/, '')
    .replace(/^expected (record$)?/, (_all, record) => (record ? 'an object' : ''))
    .replace(/^$/, 'an http or https address');
}

function describe(path: readonly PropertyKey[], value: unknown): string {
  if (value === undefined) return 'nothing';
  const kind = schemaField(path)?.kind;
  // Text where a section should stand may be anything, a key too.
  if ((kind === 'object' || kind === 'record') && typeof value === 'string') return 'a text';
  const text = masked(dot(path), withoutContents(value));
  const shown = typeof value === 'string' ? JSON.stringify(text) : text;
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
}

/** An object where a plain value should stand may hold a key somewhere inside: only its kind is told. */
function withoutContents(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? 'a list' : `an object with the keys ${Object.keys(value).join(', ')}`;
}

function dot(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    '',
  );
}

function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], values);
}
