// An answer as it is kept: what the provider sent, and what has to be known to hand it out again; and how it is sealed where
// it leaves this process.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DialectName } from '../../contract/words.ts';

export interface AnswerFacts {
  tenant: string;
  user: string;
  namespace: string;
  /** Of the request: in which format it came, and the name of all that it said in it. */
  dialect: DialectName;
  exact: string;
  /** Epoch milliseconds. */
  storedAt: number;
  freshUntil: number;
  /** For when nobody answers; never before `freshUntil`. */
  staleUntil: number;
  /** Who answered, and in which format. */
  provider: string;
  model: string;
  wire: DialectName;
  contentType: string;
  /** Flat [name, value, …]: what else is said again of the provider's headers. */
  headers: string[];
  /** Whose answer it was. */
  exchangeId: string;
  costNanos: number | null;
}

export interface KeptAnswer {
  facts: AnswerFacts;
  body: Buffer;
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM; opens only under the name that it was sealed for. */
export function sealAnswer({ facts, body }: KeptAnswer, name: string, key: Buffer): Buffer {
  const head = Buffer.from(JSON.stringify(facts));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const sealed = [length, head, body].map((part) => cipher.update(part));
  return Buffer.concat([nonce, ...sealed, cipher.final(), cipher.getAuthTag()]);
}

/** Null where it was sealed under another key or name, or is damaged. */
export function openAnswer(sealed: Buffer, name: string, key: Buffer): KeptAnswer | null {
  if (sealed.length < nonceBytes + tagBytes) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes)).setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    const opened = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    const end = 4 + opened.readUInt32BE(0);
    return { facts: JSON.parse(opened.toString('utf8', 4, end)) as AnswerFacts, body: opened.subarray(end) };
  } catch {
    return null;
  }
}
