// JSON web tokens: signed (RFC 7519), encrypted (RFC 7516, five parts), unsigned, and cut short after the second part.
import type { Detector } from '../detector.ts';

/** `eyJ` is base64url for `{"`, with which every header begins. */
const pattern = /(?<![A-Za-z0-9_-])eyJ[\w-]{8,}\.(?:[\w-]{4,}\.[\w-]*(?:\.[\w-]+){0,2}|eyJ[\w-]{4,})/g;

export const jwtDetector: Detector = {
  name: 'jwt',
  find({ text, tokens }, report) {
    for (let pair = 0; pair < tokens.length; pair += 2) {
      const start = tokens[pair]!;
      for (const match of text.slice(start, tokens[pair + 1]!).matchAll(pattern)) {
        report('jwt', start + match.index, start + match.index + match[0].length);
      }
    }
  },
};
