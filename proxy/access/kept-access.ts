// The last access document on disk, so that a proxy that starts without its collector knows what was in force. It holds
// digests and sealed envelopes, no key in clear; it is readable for this user alone all the same.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AccessDocument } from '../../contract/access/access-document.ts';

/** Null: there is none, or none that can be read. */
export function keptAccess(file: string, onProblem: (message: string) => void): AccessDocument | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') onProblem(`access: ${file} cannot be read (${code})`);
    return null;
  }
  try {
    return AccessDocument.parse(JSON.parse(text));
  } catch {
    onProblem(`access: ${file} is not what was written there; it is left aside until the collector answers`);
    return null;
  }
}

/**
 * Whole or not at all: several workers of one proxy write the same file. What cannot be written is only said. Never rejects,
 * and never holds up the thread that calls are answered on.
 */
export async function keepAccess(
  file: string,
  document: AccessDocument,
  onProblem: (message: string) => void,
): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(aside, JSON.stringify(document), { mode: 0o600, flag: 'wx' });
    await rename(aside, file);
  } catch (error) {
    onProblem(`access: ${file} cannot be written (${(error as NodeJS.ErrnoException).code})`);
    await rm(aside, { force: true }).catch(() => {});
  }
}
