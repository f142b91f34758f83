// Seals secrets and opens them: AES-256-GCM with a data key of its own for each secret, and the data key under the master key
// in the same way. What an envelope belongs to is authenticated with it, so one cannot be passed off as another's.
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { Envelope, SealedSecret } from '../../contract/access/secret.ts';
import type { MasterKey } from './master-key.ts';

/** What the envelope is bound to. */
export type Belonging = Pick<SealedSecret, 'id' | 'tenant' | 'provider'>;

/** 96 bits, as GCM wants them (NIST SP 800-38D, 8.2); random, since every data key seals once. */
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const algorithm = 'aes-256-gcm';

/** The envelope is damaged, belongs to something else, or was sealed under another key. Holds nothing of it. */
export class EnvelopeProblem extends Error {
  override name = 'EnvelopeProblem';
}

export function seal(secret: string, masterKey: MasterKey, belonging: Belonging): Envelope {
  const dataKey = randomBytes(keyBytes);
  const sealed = encrypt(dataKey, Buffer.from(secret, 'utf8'), secretContext(belonging));
  return { ...wrap(dataKey, masterKey, belonging), sealed: sealed.toString('base64') };
}

/** Throws EnvelopeProblem. */
export function open({ wrappedKey, sealed, masterKeyId }: Envelope, masterKey: MasterKey, of: Belonging): string {
  const dataKey = decrypt(masterKey.key, wrappedKey, keyContext(of, masterKeyId));
  return decrypt(dataKey, sealed, secretContext(of)).toString('utf8');
}

/** The same secret with its data key under another master key; the secret itself is not opened. Throws EnvelopeProblem. */
export function rewrap(envelope: Envelope, keys: { from: MasterKey; to: MasterKey }, of: Belonging): Envelope {
  const dataKey = decrypt(keys.from.key, envelope.wrappedKey, keyContext(of, envelope.masterKeyId));
  return { ...wrap(dataKey, keys.to, of), sealed: envelope.sealed };
}

function wrap(dataKey: Buffer, masterKey: MasterKey, of: Belonging): Omit<Envelope, 'sealed'> {
  const wrapped = encrypt(masterKey.key, dataKey, keyContext(of, masterKey.id));
  return { v: 1, masterKeyId: masterKey.id, wrappedKey: wrapped.toString('base64') };
}

/** As JSON, so that no two different lists of texts make the same bytes. */
const secretContext = ({ tenant, provider, id }: Belonging): Buffer => contextOf([1, 'secret', tenant, provider, id]);
const keyContext = ({ tenant, provider, id }: Belonging, masterKeyId: string): Buffer =>
  contextOf([1, 'key', tenant, provider, id, masterKeyId]);
const contextOf = (parts: (string | number)[]): Buffer => Buffer.from(JSON.stringify(parts), 'utf8');

function encrypt(key: KeyObject | Buffer, plain: Buffer, context: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject | Buffer, base64: string, context: Buffer): Buffer {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < nonceBytes + tagBytes) throw new EnvelopeProblem('the envelope is too short');
  const nonce = bytes.subarray(0, nonceBytes);
  try {
    const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(context);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    throw new EnvelopeProblem('the envelope is damaged, belongs to something else, or was sealed under another key');
  }
}
