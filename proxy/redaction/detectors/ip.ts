// IP addresses, version 4 and 6. Loopback and the unspecified address name nobody and stay; so do version numbers.
import { isIPv6 } from 'node:net';
import type { Detector, Report } from '../detector.ts';
import type { Scan } from '../scan.ts';

const dotted = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d|\.\d)/g;
const harmless = new Set(['127.0.0.1', '0.0.0.0', '255.255.255.255']);

/** `v1.2.3.4`, `version 1.2.3.4`, `pip install a==1.2.3.4`, and the frozen `Chrome/130.0.0.0` of user agents. */
const isVersion = (before: string, address: string): boolean =>
  /(?:[A-Za-z_]|[=~<>!^]=\s?)$/.test(before) ||
  /\b(?:v|ver|version|release|build)[ .:=]{0,2}$/i.test(before) ||
  (/[A-Za-z]\/$/.test(before) && /\.0\.0(?:\.0)?$/.test(address));

const findVersion4 = ({ text, numbers }: Scan, report: Report) => {
  for (let pair = 0; pair < numbers.length; pair += 2) {
    const from = Math.max(0, numbers[pair]! - 1);
    const slice = text.slice(from, numbers[pair + 1]! + 2);
    for (const match of slice.matchAll(dotted)) {
      const at = from + match.index;
      if (harmless.has(match[0]) || isVersion(text.slice(Math.max(0, at - 12), at), match[0])) continue;
      report('ip', at, at + match[0].length);
    }
  }
};

const longestVersion6 = 45;
const isAddressCharacter = (code: number): boolean =>
  (code >= 48 && code <= 58) || code === 46 || ((code | 32) >= 97 && (code | 32) <= 102 && code < 128);

/** `a::b` is C++ as often as an address: ask for a digit and for some length. */
const isLikelyVersion6 = (candidate: string): boolean =>
  isIPv6(candidate) && /\d/.test(candidate) && candidate.replace(/[:.]/g, '').length >= 4;

const findVersion6 = ({ text, colons }: Scan, report: Report) => {
  let done = 0;
  for (const colon of colons) {
    if (colon < done) continue;
    let start = colon;
    while (start > done && colon - start < longestVersion6 && isAddressCharacter(text.charCodeAt(start - 1))) start--;
    let end = colon + 1;
    while (end < text.length && end - start < longestVersion6 && isAddressCharacter(text.charCodeAt(end))) end++;
    done = end;
    if (/\w/.test(text[start - 1] ?? '') || /\w/.test(text[end] ?? '')) continue;
    while (end > start && /[.:]/.test(text[end - 1]!) && !text.startsWith('::', end - 2)) end--;
    if (isLikelyVersion6(text.slice(start, end))) report('ip', start, end);
  }
};

export const ipDetector: Detector = {
  name: 'ip',
  find(scan, report) {
    findVersion4(scan, report);
    findVersion6(scan, report);
  },
};
