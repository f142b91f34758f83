// The operator's own price rows: a JSON or YAML file named by prices.overlay.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PriceOverlay } from '../contract/prices.ts';
import { parseFile } from './configuration-file.ts';
import { type ConfigurationProblem, ConfigurationProblems } from './problems.ts';

/** The rows, or null when none are asked for or there is a problem, which is noted. */
export function readPriceOverlay(
  file: string,
  directory: string,
  problems: ConfigurationProblem[],
): PriceOverlay | null {
  if (file === '') return null;
  const absolute = path.resolve(directory, file);
  try {
    const parsed = PriceOverlay.safeParse(parseFile(absolute, readFileSync(absolute, 'utf8')));
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      problems.push({
        path: `${file}: ${issue.path.join('.') || 'the whole file'}`,
        found: 'something else',
        expected: issue.message,
        fix: '{ "version": "…", "rows": [ { "provider", "model", "from", "input", "output" } ] }, prices as "2.50"',
      });
    }
  } catch (error) {
    if (error instanceof ConfigurationProblems) problems.push(...error.problems);
    else
      problems.push({
        path: 'prices.overlay',
        found: `${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
        expected: 'a JSON or YAML file with price rows',
        fix: `create ${absolute} or take the line out`,
      });
  }
  return null;
}
