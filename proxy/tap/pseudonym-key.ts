// The secret behind pseudonyms: made once per folder, so that the same user keeps the same pseudonym over restarts.
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const keyBytes = 32;

/** Reads `<directory>/pseudonym.key`, or makes it, readable for this user alone. Throws file system errors. */
export function readPseudonymKey(directory: string): Buffer {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = path.join(directory, 'pseudonym.key');
  const found = read(file);
  if (found) return found;
  // Written aside and linked, so that of two proxies starting at once both end up with one whole key.
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(aside, randomBytes(keyBytes), { flag: 'wx', mode: 0o600, flush: true });
    linkSync(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  const made = read(file);
  if (made) return made;
  throw new Error(`Expected ${keyBytes} bytes in ${file}, found fewer. Remove the file; pseudonyms will begin anew.`);
}

function read(file: string): Buffer | null {
  try {
    const key = readFileSync(file);
    return key.length >= keyBytes ? key : null;
  } catch {
    return null;
  }
}
