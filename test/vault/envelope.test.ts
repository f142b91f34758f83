import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contract/access/secret.ts';
import { EnvelopeProblem, open, rewrap, seal } from '../../proxy/vault/envelope.ts';
import { masterKey } from './sealed.ts';

const belonging = { id: 'secret_aaaaaaaaaaaa', tenant: 'default', provider: 'openai' };
const key = masterKey(1);

function flipped(base64: string, bit: number): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = bit % (bytes.length * 8);
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  return bytes.toString('base64');
}

describe('an envelope', () => {
  it('gives back whatever was sealed, under its own master key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(open(seal(text, key, belonging), key, belonging)).toBe(text);
      }),
    );
  });

  it('never shows what is in it, and never looks the same twice', () => {
    const envelopes = Array.from({ length: 50 }, () => seal('sk-canary', key, belonging));
    for (const part of ['wrappedKey', 'sealed'] as const)
      expect(new Set(envelopes.map((one) => one[part])).size).toBe(50);
    const nonces = envelopes.flatMap(({ wrappedKey, sealed }) => [wrappedKey.slice(0, 16), sealed.slice(0, 16)]);
    expect(new Set(nonces).size).toBe(100);
    expect(JSON.stringify(envelopes)).not.toContain('canary');
  });

  it('does not open once a single bit of it was changed', () => {
    const envelope = seal('sk-canary', key, belonging);
    fc.assert(
      fc.property(fc.constantFrom('wrappedKey', 'sealed'), fc.nat(), (part: 'wrappedKey' | 'sealed', bit) => {
        const damaged = { ...envelope, [part]: flipped(envelope[part], bit) };
        expect(() => open(damaged, key, belonging)).toThrow(EnvelopeProblem);
      }),
    );
    for (const short of ['', 'AAAA'])
      expect(() => open({ ...envelope, sealed: short }, key, belonging)).toThrow(EnvelopeProblem);
  });

  it.each<[string, object, Partial<Envelope>]>([
    ['another secret', { id: 'secret_bbbbbbbbbbbb' }, {}],
    ['another tenant', { tenant: 'other' }, {}],
    ['another provider', { provider: 'anthropic' }, {}],
    ['another master key', {}, { masterKeyId: masterKey(2).id }],
  ])('cannot be passed off as that of %s', (_whose, other, changed) => {
    const envelope = seal('sk-canary', key, belonging);
    expect(() => open({ ...envelope, ...changed }, key, { ...belonging, ...other })).toThrow(EnvelopeProblem);
  });

  it('does not mix the data key of one secret with the text of another', () => {
    const [one, other] = [seal('sk-one', key, belonging), seal('sk-other', key, belonging)];
    expect(() => open({ ...one, sealed: other.sealed }, key, belonging)).toThrow(EnvelopeProblem);
  });

  it('keeps its text as it is when its data key goes under another master key', () => {
    const [old, next] = [masterKey(1), masterKey(2)];
    const envelope = seal('sk-canary', old, belonging);
    const rotated = rewrap(envelope, { from: old, to: next }, belonging);
    expect(rotated).toMatchObject({ masterKeyId: next.id, sealed: envelope.sealed });
    expect(open(rotated, next, belonging)).toBe('sk-canary');
    expect(() => open(rotated, old, belonging)).toThrow(EnvelopeProblem);
    expect(() => rewrap(envelope, { from: next, to: old }, belonging)).toThrow(EnvelopeProblem);
  });
});
