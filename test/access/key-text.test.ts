// Keys as text, their digests, and networks: what holds for every one of them.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyDigest, sameDigest } from '../../configuration/keys/key-digest.ts';
import { isWholeKey, makeId, makeKey } from '../../configuration/keys/key-text.ts';
import { networkProblem, networkRule, plainAddress } from '../../configuration/keys/networks.ts';
import { readPepper } from '../../configuration/keys/pepper.ts';
import { KeyRecord, keyPattern } from '../../contract/access/key.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));
const keys = bytes.map((random) => makeKey(() => random));

describe('a key', () => {
  it('has its form and its checksum, whatever was drawn', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const key = makeKey(() => random);
        expect(key).toMatch(keyPattern);
        expect(isWholeKey(key)).toBe(true);
        expect(Buffer.from(key.slice(3, 46), 'base64url')).toEqual(random);
      }),
    );
  });

  it('is none any more when one character is another, two change places, or some are missing', () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 51 }), fc.constantFrom(...'aZ0_-x9'), (key, at, letter) => {
        const other = key.slice(0, at) + letter + key.slice(at + 1);
        expect(isWholeKey(other)).toBe(other === key);
        const swapped = key.slice(0, at) + (key[at + 1] ?? '') + key[at] + key.slice(at + 2);
        expect(isWholeKey(swapped)).toBe(swapped === key);
        expect(isWholeKey(key.slice(0, at))).toBe(false);
      }),
    );
  });

  it('has an id that says nothing of it', () => {
    for (let draw = 0; draw < 50; draw += 1)
      expect(KeyRecord.shape.id.safeParse(makeId('key', randomBytes)).success).toBe(true);
  });
});

describe('A20: digests', () => {
  it('differ with every key and every pepper, and are compared whole', () => {
    fc.assert(
      fc.property(keys, keys, bytes, bytes, (one, other, pepper, another) => {
        const digest = keyDigest(one, pepper);
        expect(digest).toMatch(/^[0-9a-f]{64}$/);
        expect(sameDigest(digest, keyDigest(other, pepper))).toBe(one === other);
        expect(sameDigest(digest, keyDigest(one, another))).toBe(pepper.equals(another));
        expect(sameDigest(digest, digest.slice(0, -2))).toBe(false);
        expect(sameDigest('', '')).toBe(false);
      }),
    );
  });
});

const v4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
const numberOf = (parts: readonly number[]): bigint => parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);

describe('networks', () => {
  it('hold the addresses that share their first bits, and no other, in either spelling of an IPv4 address', () => {
    fc.assert(
      fc.property(v4, v4, fc.nat(32), (network, address, bits) => {
        const rule = networkRule([`${network.join('.')}/${bits}`]);
        const shift = BigInt(32 - bits);
        const inside = numberOf(network) >> shift === numberOf(address) >> shift;
        expect(rule(address.join('.'))).toBe(inside);
        expect(rule(`::ffff:${address.join('.')}`)).toBe(inside);
        const [a = 0, b = 0, c = 0, d = 0] = address;
        expect(rule(`::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`)).toBe(inside);
      }),
    );
  });

  it('hold IPv6 addresses in whatever way they are written', () => {
    const rule = networkRule(['2001:db8::/32', 'loopback']);
    for (const inside of ['2001:db8::1', '2001:0DB8:0:0::1', '2001:db8:ffff::', '::1', '127.0.0.1', '127.9.9.9'])
      expect(rule(inside)).toBe(true);
    for (const outside of ['2001:db9::1', '::2', '::', 'fe80::1%eth0', '', 'localhost', '2130706433', '0177.0.0.1'])
      expect(rule(outside)).toBe(false);
    expect(networkRule(['fe80::/10'])('fe80::1%eth0')).toBe(true);
    expect(plainAddress('0:0:0:0:0:ffff:7f00:1')).toBe('127.0.0.1');
  });

  it('let nobody in where they cannot be read', () => {
    for (const written of ['', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0', 'localhost', '10.0.0.0/8/8', '::1/129', '*']) {
      expect(networkProblem(written)).toMatch(/is no network/);
      expect(networkRule([written])('10.0.0.1')).toBe(false);
    }
    expect(networkRule([])('127.0.0.1')).toBe(false);
  });
});

describe('the pepper', () => {
  it('is made once, for this user alone, and read by everybody after that', async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'sightline-pepper-'));
    onTestFinished(() => rm(data, { recursive: true, force: true }));
    const made = readPepper(data, '');
    expect(made).toHaveLength(32);
    expect(readPepper(data, '')).toEqual(made);
    const file = path.join(data, 'keys', 'pepper');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file)).toEqual(made);
    expect(readPepper(data, 'configured')).toEqual(Buffer.from('configured'));
    await writeFile(file, 'short');
    expect(() => readPepper(data, '')).toThrow(/every Sightline key is void/);
  });
});
