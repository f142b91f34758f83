// A checkpoint is believed when, and only when, it is what was signed under the name it is asked for.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkpointText, openCheckpoint, readVerifier, signCheckpoint, verifierLine } from '../../audit/checkpoint.ts';
import { emptyRoot, leafHash } from '../../audit/hash.ts';

const name = 'sightline.example/audit/default';
const keys = generateKeyPairSync('ed25519');
const signer = { name, ...keys };
const toKey = (der: Buffer) => createPublicKey({ key: der, format: 'der', type: 'spki' });
const verifier = readVerifier(verifierLine(name, keys.publicKey), toKey);
const checkpoint = { origin: name, size: 3, root: leafHash(Buffer.from('x')) };

it('says origin, size and root in three lines', () => {
  expect(checkpointText({ origin: 'o', size: 0, root: emptyRoot })).toBe(
    'o\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
  );
});

it('comes back as it was signed', () => {
  expect(openCheckpoint(signCheckpoint(checkpoint, signer), verifier)).toEqual(checkpoint);
});

it('any other byte in it, and it is not believed', () => {
  const note = Buffer.from(signCheckpoint(checkpoint, signer));
  fc.assert(
    fc.property(fc.nat({ max: note.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const other = Buffer.from(note);
      other[at] = (other[at] as number) ^ flip;
      expect(openCheckpoint(other.toString(), verifier)).toBeNull();
    }),
    { numRuns: 400 },
  );
});

it('a signature of somebody else, under the same name, is not believed', () => {
  const others = generateKeyPairSync('ed25519');
  expect(openCheckpoint(signCheckpoint(checkpoint, { name, ...others }), verifier)).toBeNull();
});

it('further signatures beside ours do no harm', () => {
  const note = signCheckpoint(checkpoint, signer);
  const witness = signCheckpoint(checkpoint, { name: 'witness.example', ...generateKeyPairSync('ed25519') });
  expect(openCheckpoint(note + witness.slice(witness.indexOf('\n\n') + 2), verifier)).toEqual(checkpoint);
});

it('a verifier line with a wrong key id is refused, and says which is right', () => {
  const line = verifierLine(name, keys.publicKey);
  const id = line.split('+')[1] as string;
  const wrong = line.replace(id, id.startsWith('0') ? `1${id.slice(1)}` : `0${id.slice(1)}`);
  expect(() => readVerifier(wrong, toKey)).toThrow(id);
  expect(() => readVerifier('not a verifier', toKey)).toThrow(/Expected a verifier key/);
});
