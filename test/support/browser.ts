// Finds a Chromium for the dashboard's tests: CHROMIUM_PATH, one installed on the system, else the one an npm package ships.
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { oneAtATime } from './one-at-a-time.ts';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Starts a headless Chromium and says on standard error which one. Close it when done. Throws when none can start. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, args } = systemBrowser() ?? (await packagedBrowser());
  process.stderr.write(`browser: ${executablePath}\n`);
  return chromium.launch({ executablePath, args, headless: true });
}

function systemBrowser(): { executablePath: string; args: string[] } | null {
  const wanted = process.env.CHROMIUM_PATH;
  const executablePath = (wanted ? [wanted] : installed).find(isExecutable);
  return executablePath ? { executablePath, args: ['--no-sandbox'] } : null;
}

/**
 * The variable makes the package unpack the shared libraries that a bare container lacks. It unpacks into the temporary
 * folder and takes a file that is there for a whole one, so nobody may look while another process is at it.
 */
async function packagedBrowser(): Promise<{ executablePath: string; args: string[] }> {
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  const args = packaged.args.filter((flag) => !flag.startsWith('--headless') && flag !== '--single-process');
  const lock = path.join(tmpdir(), 'sightline-unpacks-chromium');
  return { executablePath: await oneAtATime(lock, () => packaged.executablePath()), args };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
