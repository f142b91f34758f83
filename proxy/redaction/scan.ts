// The cheap first pass. One loop over the characters collects everything a detector could start from, so that ordinary
// prose costs one table look-up per character and no regular expression at all.

export interface Scan {
  readonly text: string;
  readonly hasAt: boolean;
  /** Five dashes in a row: the fence of a PEM block. */
  readonly hasFence: boolean;
  /** Characters or escapes that could hide an entity; see unfold.ts. */
  readonly hasFolds: boolean;
  /** Pairs of [start, end): at least 16 characters of A–Z a–z 0–9 + / = . _ ~ -. */
  readonly tokens: readonly number[];
  /** Pairs of [start, end): digits with separators, at least seven digits or three dots. */
  readonly numbers: readonly number[];
  /** Offsets of `:` and `=`. */
  readonly assignments: readonly number[];
  /** Offsets of `:` between hexadecimal digits or colons. */
  readonly colons: readonly number[];
  /** Offsets of two letters and two digits, where an IBAN could begin. */
  readonly ibanHeads: readonly number[];
}

/** No letter of a token: what parts words. */
const BREAK = 1;
const DIGIT = 2;
const ASSIGNMENT = 4;
const AT = 8;
const DASH = 16;
const FOLD = 32;
const HEX = 64;
const SEPARATOR = 128;
/** Beyond ASCII, and possibly a disguise. */
const WIDE = 256;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
const isAlphanumeric = (code: number): boolean => isDigit(code) || isLetter(code);

/** Spaces, dashes, digits, full-width forms and invisible characters that unfold.ts knows how to make plain. */
const foldable = (code: number): boolean =>
  code === 0xa0 ||
  code === 0xad ||
  (code >= 0x660 && code <= 0x6f9) ||
  (code >= 0x966 && code <= 0x96f) ||
  code === 0x1680 ||
  code === 0x180e ||
  (code >= 0x2000 && code <= 0x2011) ||
  (code >= 0x2028 && code <= 0x202f) ||
  (code >= 0x205f && code <= 0x206f) ||
  code === 0x2024 ||
  code === 0x2212 ||
  code === 0x3000 ||
  code === 0x3002 ||
  code === 0xd835 ||
  code >= 0xfe00;

const isLongDash = (code: number): boolean => code >= 0x2012 && code <= 0x2015;

const mark = (table: Uint16Array, characters: string, bit: number) => {
  for (const character of characters) table[character.charCodeAt(0)]! |= bit;
};

/** One look-up tells of any UTF-16 unit what there is to do about it; of most letters, nothing. */
const classes = (() => {
  const table = new Uint16Array(65_536).fill(BREAK);
  for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=._~-') {
    table[character.charCodeAt(0)] = 0;
  }
  mark(table, '0123456789', DIGIT);
  mark(table, ':=', ASSIGNMENT);
  mark(table, '@', AT);
  mark(table, '-', DASH);
  mark(table, '%&\\', FOLD);
  mark(table, '0123456789abcdefABCDEF:', HEX);
  mark(table, ' -.()/\n\r\t', SEPARATOR);
  for (let code = 128; code < table.length; code++) {
    if (foldable(code) || isLongDash(code)) table[code]! |= WIDE;
  }
  return table;
})();

const special = DIGIT | ASSIGNMENT | AT | DASH | FOLD | WIDE;
const classOf = (code: number): number => classes[code] ?? 0;

/** An en or em dash hides something only beside a digit; prose is full of them. */
const isDashInNumber = (text: string, at: number, code: number): boolean =>
  isLongDash(code) &&
  (isDigit(text.charCodeAt(at - 1)) ||
    isDigit(text.charCodeAt(at + 1)) ||
    isDigit(text.charCodeAt(at - 2)) ||
    isDigit(text.charCodeAt(at + 2)));

/** Whether an ASCII sign really begins an escape: `%40`, `&#64;`, `&amp;`, or a backslash. */
const beginsEscape = (text: string, at: number, code: number): boolean => {
  const next = text.charCodeAt(at + 1);
  if (code === 37) return (classOf(next) & HEX) !== 0 && next !== 58;
  return code === 92 || next === 35 || isLetter(next);
};

const longestGap = 3;

/** From the digit at `start`: where the run of digits and separators ends, pushed onto `numbers` when long enough. */
const numberRun = (text: string, start: number, numbers: number[]): number => {
  let digits = 0;
  let dots = 0;
  let gap = 0;
  let end = start;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      digits++;
      gap = 0;
      end = at + 1;
    } else if ((classOf(code) & SEPARATOR) !== 0 && gap < longestGap) {
      gap++;
      if (code === 46) dots++;
    } else break;
  }
  if (digits >= 7 || dots >= 3) numbers.push(start, end);
  return end;
};

const isIbanHead = (text: string, digit: number): boolean =>
  digit >= 2 &&
  isDigit(text.charCodeAt(digit + 1)) &&
  isLetter(text.charCodeAt(digit - 1)) &&
  isLetter(text.charCodeAt(digit - 2)) &&
  (digit === 2 || !isAlphanumeric(text.charCodeAt(digit - 3)));

const shortestToken = 16;

/** Units are read from here, which costs half of charCodeAt() on a piece cut out of a body. Longer texts get their own. */
const scratch = Buffer.alloc(64 * 1024);

const unitsOf = (text: string): Uint16Array => {
  const bytes = text.length * 2 <= scratch.length ? scratch : Buffer.allocUnsafeSlow(text.length * 2);
  bytes.write(text, 'utf16le');
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
};

/** Reads `text` once. Linear in its length, whatever it holds. */
export const scanText = (text: string): Scan => {
  const tokens: number[] = [];
  const numbers: number[] = [];
  const assignments: number[] = [];
  const colons: number[] = [];
  const ibanHeads: number[] = [];
  let [hasAt, hasFence, hasFolds] = [false, false, false];
  let wordStart = 0;
  let numberEnd = 0;
  const units = unitsOf(text);
  for (let at = 0; at < units.length; at++) {
    const code = units[at]!;
    const kind = classes[code]!;
    if ((kind & (BREAK | special)) === 0) continue;
    if ((kind & BREAK) !== 0) {
      if (at - wordStart >= shortestToken) tokens.push(wordStart, at);
      wordStart = at + 1;
      if ((kind & special) === 0) continue;
    }
    if ((kind & DIGIT) !== 0) {
      if (at < numberEnd) continue;
      if (isIbanHead(text, at)) ibanHeads.push(at - 2);
      numberEnd = numberRun(text, at, numbers);
    } else if ((kind & ASSIGNMENT) !== 0) {
      assignments.push(at);
      const hexNeighbours = classOf(text.charCodeAt(at - 1)) & classOf(text.charCodeAt(at + 1)) & HEX;
      const doubled = code === 58 && text.charCodeAt(at + 1) === 58;
      if (code === 58 && (hexNeighbours !== 0 || doubled)) colons.push(at);
      // Quoted-printable breaks a line after `=`.
      if (code === 61 && (text.charCodeAt(at + 1) === 10 || text.charCodeAt(at + 1) === 13)) hasFolds = true;
    } else if ((kind & AT) !== 0) hasAt = true;
    else if ((kind & DASH) !== 0) hasFence ||= text.startsWith('-----', at);
    else if (!hasFolds) {
      const hidden = (kind & WIDE) !== 0;
      hasFolds = hidden ? foldable(code) || isDashInNumber(text, at, code) : beginsEscape(text, at, code);
    }
  }
  if (units.length - wordStart >= shortestToken) tokens.push(wordStart, units.length);
  return { text, hasAt, hasFence, hasFolds, tokens, numbers, assignments, colons, ibanHeads };
};
