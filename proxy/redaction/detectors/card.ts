// Payment cards: an issuer's prefix, one of that issuer's lengths, and the Luhn check (ISO/IEC 7812-1).
import { digits, endOfRun } from '../character-runs.ts';
import type { Detector } from '../detector.ts';

/** Prefix pattern and the lengths that go with it. Maestro alone still has twelve digits. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 15, 16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35/, [16]],
  [/^35(?:2[89]|[3-8])/, [17, 18, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^(?:62|81)/, [16, 17, 18, 19]],
  [/^(?:50|5[6-8]|6304|6390|67|0604)/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
  [/^(?:60|82|9792|636)/, [16]],
];

const luhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits.charCodeAt(index) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
};

/** `digits` alone, without separators. All zeros pass Luhn, but no issuer starts so. */
export const isCardNumber = (digits: string): boolean =>
  luhn(digits) && issuers.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits));

interface Group {
  start: number;
  end: number;
}

const groupsOf = (text: string, start: number, end: number): Group[] => {
  const groups: Group[] = [];
  for (let at = start; at < end; at++) {
    const groupEnd = endOfRun(text, at, digits);
    if (groupEnd === at) continue;
    groups.push({ start: at, end: groupEnd });
    at = groupEnd;
  }
  return groups;
};

/** A line break inside a number counts as the space it replaced. */
const separatorBetween = (text: string, left: Group, right: Group): string => {
  const between = text.slice(left.end, right.start);
  return between.length === 1 && ' .-'.includes(between) ? between : between.trim() || ' ';
};

/** Tries the groups from `first` on, longest first; returns the index after the last group used, or 0. */
const cardFrom = (text: string, groups: readonly Group[], first: number): number => {
  let number = '';
  let separator = '';
  let found = 0;
  for (let index = first; index < groups.length && index - first < 7; index++) {
    const group = groups[index]!;
    if (index > first) {
      const here = separatorBetween(text, groups[index - 1]!, group);
      if (separator !== '' && here !== separator) break;
      if (here !== ' ' && here !== '.' && here !== '-') break;
      separator = here;
    }
    if (number.length + group.end - group.start > 19) break;
    number += text.slice(group.start, group.end);
    const grouped = index > first;
    if (number.length < (grouped ? 13 : 12)) {
      if (group.end - group.start < 3) break;
      continue;
    }
    if (isCardNumber(number)) found = index + 1;
  }
  return found;
};

/** The digits after the point of a decimal fraction, as in `0.4111111111111111`. */
const isFraction = (text: string, start: number): boolean =>
  text[start - 1] === '.' && /\d/.test(text[start - 2] ?? '');

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

const insideUuid = (text: string, start: number, end: number): boolean => {
  const from = Math.max(0, start - 36);
  for (const match of text.slice(from, end + 36).matchAll(uuid)) {
    const at = from + match.index;
    if (at <= start && at + 36 >= end) return true;
  }
  return false;
};

export const cardDetector: Detector = {
  name: 'card',
  find({ text, numbers }, report) {
    for (let pair = 0; pair < numbers.length; pair += 2) {
      if (numbers[pair + 1]! - numbers[pair]! < 12) continue;
      const groups = groupsOf(text, numbers[pair]!, numbers[pair + 1]!);
      for (let index = 0; index < groups.length; index++) {
        const group = groups[index]!;
        const next = cardFrom(text, groups, index);
        if (next === 0) continue;
        const end = groups[next - 1]!.end;
        const alone = next === index + 1;
        if ((alone && isFraction(text, group.start)) || insideUuid(text, group.start, end)) continue;
        report('card', group.start, end);
        index = next - 1;
      }
    }
  },
};
