// The master key of the vault: 32 bytes that open the data keys of all secrets. Kept as a KeyObject, which neither prints nor
// serialises; its id tells keys apart and says nothing of them.
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';

export interface MasterKey {
  /** First 16 hexadecimal digits of SHA-256 of the key. */
  id: string;
  key: KeyObject;
}

export const masterKeyBytes = 32;

/** Says what a master key has to look like. Its message never holds what was found. */
export class MasterKeyProblem extends Error {
  override name = 'MasterKeyProblem';
}

/** Reads 32 bytes as base64 (either alphabet) or hexadecimal. Throws MasterKeyProblem; `from` says where it came from. */
export function readMasterKey(text: string, from: string): MasterKey {
  const written = text.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(written) ? Buffer.from(written, 'hex') : fromBase64(written);
  if (bytes?.length === masterKeyBytes) return masterKeyOf(bytes);
  const found = written === '' ? 'nothing' : bytes ? `${bytes.length} bytes` : `${written.length} other characters`;
  throw new MasterKeyProblem(
    `${from}: expected ${masterKeyBytes} bytes as base64 (44 characters) or hexadecimal (64), found ${found}. ` +
      '`sightline vault init` makes a key.',
  );
}

export function masterKeyOf(bytes: Buffer): MasterKey {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), key: createSecretKey(bytes) };
}

function fromBase64(text: string): Buffer | null {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}
