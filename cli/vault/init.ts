// `vault init`: makes a master key and says where to refer to it. Never overwrites one: with it every secret would be lost.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { masterKeyBytes, masterKeyOf } from '../../proxy/vault/master-key.ts';
import { CollectorRefused } from '../collector-api.ts';
import type { VaultAction } from './vault-action.ts';

export const initVault: VaultAction = async ({ word, values, terminal, loaded }) => {
  const file = path.resolve(terminal.cwd, word || path.join(loaded.configuration.data, 'secrets', 'master-key'));
  const bytes = randomBytes(masterKeyBytes);
  write(file, `${bytes.toString('base64')}\n`);
  const { id } = masterKeyOf(bytes);
  if (values.json === true) {
    terminal.print(JSON.stringify({ file, masterKeyId: id }));
    return 0;
  }
  terminal.print(`Made the master key ${id} in ${file}.

Put it into the configuration of proxies and of this command line:
  "vault": { "masterKey": "file:${file}" }

Keep a copy where the data is not: without the master key every secret of the vault is lost.`);
  return 0;
};

function write(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CollectorRefused(`${file} exists already and is left alone. Name another file.`);
    throw new CollectorRefused(`${file} cannot be written (${code}).`);
  }
}
