// JSON web tokens: signed (RFC 7519), encrypted (RFC 7516, five parts), unsigned, and cut short after the second part.
import { endOfRun, urlSafe } from '../character-runs.ts';
import type { Detector } from '../detector.ts';

/** base64url for `{"`, with which every header begins. */
const opening = 'eyJ';
const shortestHeader = 11;
const mostParts = 5;

/** Where the token that begins at `start` ends, or 0. A text cut short after `eyJ….eyJ` is one too. */
const tokenEnd = (text: string, start: number): number => {
  let end = endOfRun(text, start, urlSafe);
  if (end - start < shortestHeader || text[end] !== '.') return 0;
  const second = end + 1;
  let parts = 1;
  while (parts < mostParts && text[end] === '.') {
    const next = endOfRun(text, end + 1, urlSafe);
    if (next === end + 1 && parts > 1 && text[next] !== '.') break;
    end = next;
    parts++;
  }
  if (endOfRun(text, second, urlSafe) - second < 4) return 0;
  return parts > 2 || text[end] === '.' || text.startsWith(opening, second) ? end : 0;
};

export const jwtDetector: Detector = {
  name: 'jwt',
  find({ text, tokens }, report) {
    for (let pair = 0; pair < tokens.length; pair += 2) {
      let at = tokens[pair]!;
      const limit = tokens[pair + 1]!;
      const token = text.slice(at, limit);
      if (!token.includes(opening) || !token.includes('.')) continue;
      while (at < limit) {
        const end = text.startsWith(opening, at) ? tokenEnd(text, at) : 0;
        if (end > 0) report('jwt', at, end);
        // The next one can only begin behind the run that was just read.
        at = (end > 0 ? end : endOfRun(text, at, urlSafe)) + 1;
      }
    }
  },
};
