// Private keys in PEM armour (RFC 7468) and PGP's. One whose end is missing is masked to the end of the text: a capture
// that stops inside a key must not show the first half.
import type { Detector } from '../detector.ts';

const opening = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const closing = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

export const privateKeyDetector: Detector = {
  name: 'private key',
  find({ text, hasFence }, report) {
    if (!hasFence || !text.includes('PRIVATE KEY')) return;
    let covered = 0;
    for (const match of text.matchAll(opening)) {
      if (match.index < covered) continue;
      closing.lastIndex = match.index;
      const end = closing.exec(text);
      covered = end === null ? text.length : end.index + end[0].length;
      report('private_key', match.index, covered);
    }
  },
};
