// A prompt as words that can be compared, in any script: no list of words of any language. Scripts that put no space between
// words are taken character by character.

/** Han, kana, Thai, Lao, Khmer, Burmese: written without spaces. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const wordsAndCharacters =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|\p{N}+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}])+/gu;

/** Enough to tell two prompts apart; what a tool or a document adds behind it is not what was asked. */
const mostWords = 400;

export const normalised = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Thousands are written with commas, dots and blanks; 4,350 and 4350 are one number. */
const joinedNumbers = (text: string): string => text.replace(/(\p{N})[,.’'](?=\p{N}{3}(?!\p{N}))/gu, '$1');

export function wordsOf(text: string): string[] {
  const words = joinedNumbers(normalised(text)).match(wordsAndCharacters) ?? [];
  return words.slice(0, mostWords);
}

export const isNumber = (word: string): boolean => /^\p{N}/u.test(word);

/**
 * How much a word says. In every language the short words are the ones that any sentence has; a number says more than its
 * length, and one character of an unspaced script about half a word.
 */
export function wordWeight(word: string): number {
  if (isNumber(word)) return 5;
  if (unspaced.test(word)) return /[\p{Script=Hiragana}\p{Script=Thai}]/u.test(word) ? 0.7 : 2;
  return Math.min(8, Math.max(0.3, [...word].length - 2));
}

/** Forms of one word: what is before the ending is the same. Languages inflect at the end more than anywhere else. */
export function isAlike(one: string, other: string): boolean {
  if (one === other) return true;
  const shorter = Math.min(one.length, other.length);
  if (shorter < 4 || isNumber(one) || isNumber(other)) return false;
  let same = 0;
  while (same < shorter && one[same] === other[same]) same++;
  return same >= 4 && same >= 0.6 * Math.max(one.length, other.length);
}
