// A checkpoint says how many leaves a log has and what their root is, signed: a note as C2SP's signed-note has it, over the
// three lines of C2SP's tlog-checkpoint. Whoever keeps one can tell later that the log was rewritten.
import { createHash, type KeyObject, sign, verify } from 'node:crypto';

export interface Checkpoint {
  /** Which log: a name without scheme, such as `sightline.example/audit/default`. */
  origin: string;
  size: number;
  root: Uint8Array;
}

/** What somebody needs to check signatures: name and public key in one line. */
export interface Verifier {
  name: string;
  keyId: Buffer;
  key: KeyObject;
}

const ed25519 = 1;
/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410, 4). */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** The note: text, an empty line, one signature line. */
export function signCheckpoint(checkpoint: Checkpoint, { name, privateKey, publicKey }: Signer): string {
  const text = checkpointText(checkpoint);
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${name} ${Buffer.concat([keyIdOf(name, publicKey), signature]).toString('base64')}\n`;
}

export interface Signer {
  name: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** Null where no signature of this verifier's holds, or where the text is not a checkpoint. */
export function openCheckpoint(note: string, verifier: Verifier): Checkpoint | null {
  const at = note.lastIndexOf('\n\n');
  if (at < 0) return null;
  const text = note.slice(0, at + 1);
  const lines = note.slice(at + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) return null;
  const signed = lines.some((line) => holds(line, text, verifier));
  return signed ? readCheckpoint(text) : null;
}

function holds(line: string, text: string, { name, keyId, key }: Verifier): boolean {
  const match = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
  if (!match || match[1] !== name) return false;
  const bytes = Buffer.from(match[2] as string, 'base64');
  if (bytes.length !== 4 + 64 || !bytes.subarray(0, 4).equals(keyId) || bytes.toString('base64') !== match[2])
    return false;
  return verify(null, Buffer.from(text), key, bytes.subarray(4));
}

function readCheckpoint(text: string): Checkpoint | null {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const hash = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || rest.at(-1) !== '') return null;
  if (hash.length !== 32 || hash.toString('base64') !== root || !Number.isSafeInteger(Number(size))) return null;
  return { origin, size: Number(size), root: hash };
}

/** `name+<key id>+<base64 of algorithm and key>`: what an auditor keeps (C2SP signed-note, "vkey"). */
export function verifierLine(name: string, publicKey: KeyObject): string {
  const key = Buffer.concat([Buffer.from([ed25519]), rawKey(publicKey)]).toString('base64');
  return `${name}+${keyIdOf(name, publicKey).toString('hex')}+${key}`;
}

/** Throws with what was expected where the line is no verifier of an Ed25519 key. */
export function readVerifier(line: string, createPublicKey: (der: Buffer) => KeyObject): Verifier {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(line.trim());
  const bytes = Buffer.from(match?.[3] ?? '', 'base64');
  if (!match || bytes.length !== 33 || bytes[0] !== ed25519) {
    throw new Error('Expected a verifier key as "<name>+<8 hexadecimal digits>+<base64>" of an Ed25519 key.');
  }
  const key = createPublicKey(Buffer.concat([derPrefix, bytes.subarray(1)]));
  const name = match[1] as string;
  const keyId = keyIdOf(name, key);
  if (keyId.toString('hex') !== match[2])
    throw new Error(`The key id of "${name}" is ${keyId.toString('hex')}, not ${match[2]}.`);
  return { name, keyId, key };
}

const rawKey = (publicKey: KeyObject): Buffer =>
  (publicKey.export({ format: 'der', type: 'spki' }) as Buffer).subarray(derPrefix.length);

function keyIdOf(name: string, publicKey: KeyObject): Buffer {
  const hash = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([ed25519]))
    .update(rawKey(publicKey));
  return hash.digest().subarray(0, 4);
}
