// Reads a provider's key from a file or from stdin, never from an argument, where every user of the machine could see it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { stdin } from 'node:process';
import { text as wholeOf } from 'node:stream/consumers';
import { canBeSent } from '../../proxy/vault/opened-secrets.ts';
import { type Terminal, UsageProblem } from '../command.ts';

const mostCharacters = 16 * 1024;

/** Throws UsageProblem, which never holds what was read. */
export async function readSecret(file: string | undefined, terminal: Terminal): Promise<string> {
  const where = file === undefined ? 'stdin' : path.resolve(terminal.cwd, file);
  if (file === undefined && stdin.isTTY) terminal.say('Paste the key, then press Enter and Ctrl-D:');
  let text: string;
  try {
    text = (await (file === undefined ? wholeOf(stdin) : readFile(where, 'utf8'))).trim();
  } catch (error) {
    throw new UsageProblem(`The key cannot be read from ${where} (${(error as NodeJS.ErrnoException).code}).`);
  }
  if (text === '') throw new UsageProblem(`There is no key in ${where}.`);
  if (text.startsWith('sl_')) throw new UsageProblem('That is a Sightline key; the vault takes keys of providers.');
  if (text.length > mostCharacters || !canBeSent(text))
    throw new UsageProblem(`What stands in ${where} is no key: expected one line of visible letters.`);
  return text;
}
