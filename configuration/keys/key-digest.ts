// What is kept of a key: HMAC-SHA-256 under a secret that the database does not have. Whoever reads the digests can neither
// guess keys with them nor call with them. No slow hash is needed: a key is 256 random bits, no password.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** 64 hexadecimal digits. */
export function keyDigest(key: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(key).digest('hex');
}

/** Takes equally long wherever they differ. */
export function sameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'hex'), Buffer.from(other, 'hex')];
  return a.length === 32 && b.length === 32 && timingSafeEqual(a, b);
}

/** Tells peppers apart and says nothing of them. */
export function pepperId(pepper: Buffer): string {
  return createHash('sha256').update('sightline pepper ').update(pepper).digest('hex').slice(0, 16);
}
