// What a Sightline key looks like: `sl_`, 256 random bits, a checksum. The checksum is no secret; it lets a scanner, and us,
// tell a key from other text without asking anybody, and a mistyped key from a strange one.
import { crc32 } from 'node:zlib';
import { keyPattern } from '../../contract/access/key.ts';

export const keyPrefix = 'sl_';

/** `random` gives that many random bytes. */
export function makeKey(random: (bytes: number) => Buffer): string {
  const unsigned = keyPrefix + random(32).toString('base64url');
  return unsigned + checksumOf(unsigned);
}

/** Whether it is whole: of the right form, and its checksum fits. */
export function isWholeKey(text: string): boolean {
  return keyPattern.test(text) && checksumOf(text.slice(0, -6)) === text.slice(-6);
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** CRC-32 in base 62, six digits: 62⁶ is more than 2³². */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let out = '';
  while (out.length < 6) {
    out = digits.charAt(rest % 62) + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

/** `key_` and twelve letters or digits; `random` gives that many random bytes. */
export function makeId(prefix: 'key' | 'secret', random: (bytes: number) => Buffer): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz012345';
  return `${prefix}_${[...random(12)].map((byte) => letters[byte & 31]).join('')}`;
}
