// International bank account numbers (ISO 13616): country, its length, and the remainder of 1 modulo 97.
import { alphanumerics, endOfRun } from '../character-runs.ts';
import type { Detector } from '../detector.ts';

/** Length per country, from the SWIFT IBAN registry. */
const lengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const letterValue = (code: number): number => (code <= 57 ? code - 48 : (code | 32) - 87);

const remainder97 = (compact: string): number => {
  let remainder = 0;
  for (let index = 0; index < compact.length; index++) {
    const value = letterValue(compact.charCodeAt((index + 4) % compact.length));
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
};

const separators = ' -.\n\r\t';

/** Where the IBAN that begins at `start` ends, or 0. Single spaces, dashes, dots and line breaks may stand between. */
const ibanEnd = (text: string, start: number): number => {
  const length = lengths[text.slice(start, start + 2).toUpperCase()];
  if (length === undefined) return 0;
  let compact = '';
  let at = start;
  while (true) {
    const end = endOfRun(text, at, alphanumerics);
    if (end === at || compact.length + end - at > length) return 0;
    compact += text.slice(at, end);
    if (compact.length === length) return remainder97(compact) === 1 ? end : 0;
    at = end;
    while (at < text.length && at - end < 2 && separators.includes(text[at]!)) at++;
    if (at === end) return 0;
  }
};

export const ibanDetector: Detector = {
  name: 'iban',
  find({ text, ibanHeads }, report) {
    for (const start of ibanHeads) {
      const end = ibanEnd(text, start);
      if (end > 0) report('iban', start, end);
    }
  },
};
