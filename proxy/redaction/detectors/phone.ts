// Telephone numbers. International ones are checked against the numbering plans; national ones must look dialled (area
// code in brackets, leading zero, 3-3-4) or stand beside a word such as "call" or "fax". Plain digits alone never count.
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { digits, endOfRun } from '../character-runs.ts';
import type { Detector, Report } from '../detector.ts';

const wordBefore =
  /(?:phone|\btel|\bfax|mobile|\bcell|\bdesk\b|\bcall|\bdial|\bsms\b|whatsapp|\breach|answering|messages?\b|contact|\bring\b|hotline|\btext me|phone number|telefon|téléphone|teléfono|handy|móvil)[^\d\n]{0,40}\n?[^\d\n]{0,4}$/i;
const nearWordBefore = /(?:phone|\btel|\bfax|mobile|\bcell|\bdesk|telefon|téléphone|handy)[^\d\n]{0,12}$/i;
const wordAfter = /^[\s-]{0,2}(?:office|mobile|fax|cell|home|work)\b/i;
const extension = /^(?:x|,? ?ext\.? ?|#)\d{1,6}\b/i;

const northAmerican = /^(?:(?:00)?1[-. ]?)?(?:\(\d{3}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}$/;
const sameSeparators = /^[2-9]\d{2}([-.])\d{3}\1\d{4}$/;
const areaInBrackets = /^\(0?\d{2,4}\)[ -]?\d{3,4}[- ]?\d{3,4}$/;
const leadingZero = /^\(?0[1-9]\d{0,3}\)?([-. /])\d{2,8}(?:\1\d{2,8}){0,4}$/;
const calendarDate = /^(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4})/;
const grouped = /^\(?\d{2,5}\)?(?:[-. /]{1,2}\(?\d{2,8}\)?){1,5}$/;

const securityNumber = /^\d{3}([-. ])\d{2}\1\d{4}$/;

/** What follows the bracket of an area code, as against a number that stands in brackets. */
const areaCode = /^\d{1,5}\)/;
const pairs = /^\d\d(?:\D\d\d)+$/;

const digitsIn = (text: string): number => {
  let count = 0;
  for (let at = 0; at < text.length; at++) count += digits[text.charCodeAt(at)] ?? 0;
  return count;
};
const fewestDigits = 7;

const isInternational = (piece: string): boolean => {
  const digitCount = digitsIn(piece);
  if (digitCount < 8 || digitCount > 15) return false;
  const number = parsePhoneNumberFromString(piece);
  return number?.isPossible() ?? false;
};

interface Surroundings {
  before: string;
  after: string;
}

const isNational = (piece: string, { before, after }: Surroundings): boolean => {
  const digitCount = digitsIn(piece);
  if (digitCount < fewestDigits || digitCount > 15 || calendarDate.test(piece) || securityNumber.test(piece))
    return false;
  if (northAmerican.test(piece) || sameSeparators.test(piece) || areaInBrackets.test(piece)) return true;
  // Five pairs are a French number; five pairs out of a longer row are a dump of bytes.
  if (pairs.test(piece) && (/\d[-. /]$/.test(before) || /^[-. /]\d/.test(after))) return false;
  const groups = piece.split(/\D+/).length;
  if (leadingZero.test(piece) && digitCount >= (groups > 2 ? 9 : 10) && digitCount <= 12) return true;
  if (/^\d+$/.test(piece)) return digitCount >= 9 && (nearWordBefore.test(before) || wordAfter.test(after));
  return grouped.test(piece) && digitCount <= 13 && (wordBefore.test(before) || wordAfter.test(after));
};

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && character !== ' ' && /[\p{L}\p{N}_]/u.test(character);

/** Reports the longest number that begins at `start`; groups are dropped from the right until one fits. */
const findFrom = (text: string, start: number, limit: number, report: Report): number => {
  const surroundings = (end: number): Surroundings => ({
    before: text.slice(Math.max(0, start - 64), start),
    after: text.slice(end, end + 12),
  });
  const lead = text[start - 1];
  if (isWordCharacter(lead) || (lead === '.' && /\d/.test(text[start - 2] ?? ''))) return 0;
  for (let end = limit, tries = 0; end > start && tries < 4; tries++) {
    const piece = text.slice(start, end);
    // Shorter pieces have fewer digits still.
    if (piece.length < fewestDigits || digitsIn(piece) < fewestDigits) return 0;
    const tail = extension.exec(text.slice(end, end + 12))?.[0].length ?? 0;
    const free = !isWordCharacter(text[end]) || tail > 0;
    const fits = piece.startsWith('+') ? isInternational(piece) : isNational(piece, surroundings(end));
    if (free && fits) {
      report('phone', start, end + tail);
      return end + tail;
    }
    const shorter = /[^\d]+\d+$/.exec(piece);
    if (shorter === null) return 0;
    end = start + shorter.index;
    if (piece[shorter.index] === ')') return 0;
  }
  return 0;
};

const longestPhone = 40;
/** A row of more numbers than this without a telephone number among them is a table. */
const mostStarts = 12;
const northAmericanAnywhere = /(?<![\d.])(?:\(\d{3}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?!\d)/g;

/** A plus sign, or the bracket of an area code, belongs to the number. */
const withOpening = (text: string, start: number): number => {
  const from = text[start - 1] === '(' && areaCode.test(text.slice(start, start + 6)) ? start - 1 : start;
  return text[from - 1] === '+' ? from - 1 : from;
};

const findInLine = (text: string, line: { start: number; end: number }, report: Report) => {
  let start = line.start;
  for (let tries = 0; start < line.end && tries < mostStarts; tries++) {
    const groupEnd = endOfRun(text, start, digits);
    const end = findFrom(text, withOpening(text, start), Math.min(line.end, start + longestPhone), report);
    if (end > 0) tries = -1;
    start = Math.max(end, groupEnd);
    while (start < line.end && endOfRun(text, start, digits) === start) start++;
  }
  if (start >= line.end) return;
  for (const match of text.slice(start, line.end).matchAll(northAmericanAnywhere)) {
    findFrom(text, start + match.index, start + match.index + match[0].length, report);
  }
};

export const phoneDetector: Detector = {
  name: 'phone',
  find({ text, numbers }, report) {
    for (let pair = 0; pair < numbers.length; pair += 2) {
      const end = numbers[pair + 1]!;
      // Lines part numbers from each other, for a telephone number is not wrapped.
      for (let start = numbers[pair]!; start < end; ) {
        let lineEnd = start;
        while (lineEnd < end && !'\n\r\t'.includes(text[lineEnd]!)) lineEnd++;
        while (start < lineEnd && endOfRun(text, start, digits) === start) start++;
        findInLine(text, { start, end: lineEnd }, report);
        start = lineEnd + 1;
      }
    }
  },
};
