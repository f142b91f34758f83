// The secret under which keys are hashed. From the configuration, else made once in the data folder, readable for this user
// alone. Proxies, collector and command line must read the same one; it never goes over the wire. It has a folder of its own,
// so that containers can share it without sharing the master key of the vault.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const pepperBytes = 32;

/** `configured` is the secret itself, references followed. Throws file system errors. */
export function readPepper(dataDirectory: string, configured: string): Buffer {
  if (configured !== '') return Buffer.from(configured);
  const directory = path.join(dataDirectory, 'keys');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, 'pepper');
  const found = readWhole(file);
  if (found) return found;
  // Written aside and linked, so that of two services starting at once both end up with one whole secret.
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(aside, randomBytes(pepperBytes), { flag: 'wx', mode: 0o600, flush: true });
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  const made = readWhole(file);
  if (made) return made;
  throw new Error(
    `Expected ${pepperBytes} bytes in ${file}, found fewer. Put the old file back; without it every Sightline key is void.`,
  );
}

function readWhole(file: string): Buffer | null {
  try {
    const pepper = readFileSync(file);
    return pepper.length >= pepperBytes ? pepper : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
