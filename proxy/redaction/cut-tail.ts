// A capture that stops at its limit may stop inside a card number or a key, too early for any detector to know it.
// What could be the beginning of one is dropped from the end.

/** An escape the cut went through: `\`, `\u00`, `%4`, `&#6`, or half of a surrogate pair. */
const halfEscape = /(?:\\u[0-9a-fA-F]{0,3}|\\|%[0-9a-fA-F]?|&[#\w]{0,8}|[\ud800-\udbff])$/;

const longestToken = 512;
const longestEntity = 14;
const boundary = /[\s"'<>{}[\],;]/;

const lastTokenStart = (text: string, end: number): number => {
  const floor = Math.max(0, end - longestToken);
  let at = end;
  while (at > floor && !boundary.test(text[at - 1]!)) at--;
  return at;
};

/**
 * `text` without its last token, and without the tokens before it that carry digits, since numbers are written in groups
 * (`4111 1111 11`). At most 512 characters of a token are dropped, so that an image cut short stays.
 */
export const dropCutTail = (text: string): string => {
  let end = text.length - (halfEscape.exec(text.slice(-16))?.[0].length ?? 0);
  const endsInSpace = /\s/.test(text[end - 1] ?? '');
  for (let dropped = 0; dropped < longestEntity && end > 0; dropped++) {
    let tokenEnd = end;
    while (tokenEnd > 0 && end - tokenEnd < 4 && /\s/.test(text[tokenEnd - 1]!)) tokenEnd--;
    const start = lastTokenStart(text, tokenEnd);
    const first = dropped === 0 && !endsInSpace;
    if (!first && !/\d/.test(text.slice(start, tokenEnd))) break;
    if (start === tokenEnd) break;
    end = start;
  }
  return text.slice(0, end);
};
