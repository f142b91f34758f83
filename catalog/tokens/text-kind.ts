// What kind of text it is, roughly: tokenisers differ from the estimate in one way for prose and in another for code or
// Chinese, so ratios are learned apart for each.

/** Prose, then more and more marks as in code and data; and text of wide characters, a part of it or most. */
export type TextKind = 'prose' | 'marked' | 'code' | 'data' | 'partly wide' | 'wide';

const mark = 1;
const wide = 2;
/** By code unit; beyond it characters are wide from U+1100 on. */
const classes = new Uint8Array(0x250);
for (const character of '{}()[]<>=;:"\'_/\\|&+*#@$%^~`0123456789') classes[character.charCodeAt(0)] = mark;

/** `text`: a few thousand characters at most. */
export function kindOf(text: string): TextKind {
  const counts = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < classes.length ? (classes[code] as number) : isWide(code) ? wide : 0;
    counts[kind] = (counts[kind] as number) + 1;
  }
  const share = (kind: number): number => (counts[kind] as number) / Math.max(1, text.length);
  if (share(wide) > 0.4) return 'wide';
  if (share(wide) > 0.08) return 'partly wide';
  if (share(mark) > 0.2) return 'data';
  if (share(mark) > 0.12) return 'code';
  return share(mark) > 0.05 ? 'marked' : 'prose';
}

/** Hangul, kana, Chinese and their full-width marks. */
const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x11ff) || (code >= 0x2e80 && code <= 0xd7af) || (code >= 0xf900 && code <= 0xffef);
