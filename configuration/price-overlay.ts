// The operator's own price rows: a JSON or YAML file named by prices.overlay, else the one in the data folder, if there is one.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PriceOverlay } from '../contract/prices.ts';
import { parseFile } from './configuration-file.ts';
import { type ConfigurationProblem, ConfigurationProblems } from './problems.ts';

/** Where `sightline prices override` writes when the configuration names no file. */
export const overlayFileIn = (data: string): string => path.join(data, 'prices', 'overlay.json');

export interface OverlayPlace {
  /** From the configuration; '' where it names none. */
  file: string;
  /** Of the configuration file. */
  directory: string;
  data: string;
  /** It is no problem when the file is not there. */
  mayBeNew?: boolean;
}

export const overlayPath = ({ file, directory, data }: OverlayPlace): string =>
  file === '' ? overlayFileIn(data) : path.resolve(directory, file);

/** The rows, or null when there are none or there is a problem, which is noted. */
export function readPriceOverlay(place: OverlayPlace, problems: ConfigurationProblem[]): PriceOverlay | null {
  const absolute = overlayPath(place);
  const file = place.file || absolute;
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
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && (place.file === '' || place.mayBeNew)) return null;
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
