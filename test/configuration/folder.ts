// A folder of its own for each test, with files in it, and the loader pointed at it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ConfigurationProblem,
  ConfigurationProblems,
  type LoadedConfiguration,
  loadConfiguration,
} from '../../configuration/load.ts';

/** Makes a folder with these files; it is removed when the test is over. */
export function folderWith(files: Record<string, unknown> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-configuration-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export interface Setting {
  /** Content of sightline.config.json. */
  file?: unknown;
  env?: Record<string, string>;
  flags?: Record<string, string>;
}

export function load({ file, env = {}, flags }: Setting = {}): LoadedConfiguration {
  const cwd = folderWith(file === undefined ? {} : { 'sightline.config.json': file });
  return loadConfiguration({ env, cwd, flags });
}

/** The problems of a configuration that must be refused. */
export function problemsOf(setting: Setting): readonly ConfigurationProblem[] {
  try {
    load(setting);
  } catch (error) {
    if (error instanceof ConfigurationProblems) return error.problems;
    throw error;
  }
  throw new Error('expected problems, but the configuration was accepted');
}
