// US social security numbers, in the ranges the Social Security Administration has ever assigned or may assign.
import type { Detector } from '../detector.ts';

/** Area 000, 666 and 900–999, group 00 and serial 0000 are never assigned. */
const separated = /(?<![\d-])(?!000|666|9)\d{3}(?<separator>[-. ])(?!00)\d{2}\k<separator>(?!0000)\d{4}(?![\d]|-\d)/g;
const bare = /(?<!\d)(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}(?!\d)/g;
const named = /(?:\bssn|social[ -]?security)[^\d\n]{0,24}$/i;

/** `digits`: nine digits that could have been assigned. */
export const isSocialSecurityNumber = (digits: string): boolean =>
  /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits);

export const ssnDetector: Detector = {
  name: 'ssn',
  find({ text, numbers }, report) {
    for (let pair = 0; pair < numbers.length; pair += 2) {
      const from = Math.max(0, numbers[pair]! - 1);
      const slice = text.slice(from, numbers[pair + 1]! + 2);
      for (const match of slice.matchAll(separated)) {
        report('ssn', from + match.index, from + match.index + match[0].length);
      }
      for (const match of slice.matchAll(bare)) {
        // Nine digits in a row are an order number more often than not: only where the words before say so.
        const at = from + match.index;
        if (named.test(text.slice(Math.max(0, at - 48), at))) report('ssn', at, at + 9);
      }
    }
  },
};
