// E-mail addresses, internationalised ones too (RFC 6531). Looks outward from each `@`; never further than the next one,
// so the work is linear in the text.
import type { Detector } from '../detector.ts';

const longestLocalPart = 128;
const longestDomain = 255;

/** File names such as logo@2x.png look like addresses; none of these is a top-level domain. */
const fileEndings = new Set(
  'png jpg jpeg gif svg webp ico css js jsx ts tsx mjs json html htm xml yaml yml toml lock'.split(' '),
);

const NONE = 0;
const ALPHABETIC = 1;
const IDEOGRAPHIC = 2;

/** Scripts written with spaces may stand anywhere; those without (CJK, Thai) only where the address itself uses them. */
const letterClass = (code: number): number => {
  if (code >= 48 && code <= 57) return ALPHABETIC;
  if ((code | 32) >= 97 && (code | 32) <= 122 && code < 128) return ALPHABETIC;
  if (code >= 0xc0 && code <= 0x0df7) return ALPHABETIC;
  if ((code >= 0x0e00 && code <= 0x1fff) || (code >= 0x3040 && code <= 0xd7ff)) return IDEOGRAPHIC;
  return NONE;
};

const localSigns = new Set([...".!#$%&'*+-^_`|~"].map((sign) => sign.charCodeAt(0)));
const mayNotLead = /^[.!#$%&'*^`|~-]+/;

const localStart = (text: string, at: number, floor: number): number => {
  if (text[at - 1] === '"') {
    const opening = text.lastIndexOf('"', at - 2);
    return opening >= Math.max(floor, at - 66) ? opening : at;
  }
  const widest = letterClass(text.charCodeAt(at - 1)) === IDEOGRAPHIC ? IDEOGRAPHIC : ALPHABETIC;
  let start = at;
  while (start > floor && at - start < longestLocalPart) {
    const code = text.charCodeAt(start - 1);
    const letter = letterClass(code);
    if (letter === NONE ? !localSigns.has(code) : letter > widest) break;
    start--;
  }
  return start + (mayNotLead.exec(text.slice(start, at))?.[0].length ?? 0);
};

const domainEnd = (text: string, at: number): number => {
  const limit = Math.min(text.length, at + 1 + longestDomain);
  let end = at + 1;
  let label = NONE;
  let lastDot = -1;
  for (let index = at + 1; index < limit; index++) {
    const code = text.charCodeAt(index);
    const letter = letterClass(code);
    if (letter !== NONE) {
      if (label === NONE) label = letter;
      else if (letter > label) break;
      end = index + 1;
    } else if (code === 46 && label !== NONE) {
      lastDot = index;
      label = NONE;
    } else if (code !== 45 || label === NONE) break;
  }
  return lastDot < 0 ? at : end;
};

const isTopLevel = (label: string): boolean =>
  (/^(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})$/i.test(label) || /^\P{ASCII}+$/u.test(label)) &&
  !fileEndings.has(label.toLowerCase());

export const emailDetector: Detector = {
  name: 'email',
  find({ text, hasAt }, report) {
    if (!hasAt) return;
    let floor = 0;
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      const start = localStart(text, at, floor);
      floor = at + 1;
      if (start >= at) continue;
      let end = domainEnd(text, at);
      // A sentence may run on without a space ("a@b.com.Then"): fall back label by label to one that can end a domain.
      while (end > at) {
        const domain = text.slice(at + 1, end);
        const dot = domain.lastIndexOf('.');
        if (dot <= 0) break;
        if (isTopLevel(domain.slice(dot + 1))) {
          const cloneAddress = text.slice(start, at) === 'git' && text[end] === ':';
          if (!cloneAddress) report('email', start, end);
          break;
        }
        end = at + 1 + dot;
      }
    }
  },
};
