// Secrets told by what stands before them: `Authorization` schemes, assignments to names such as password or api_key,
// and the user:password part of a URL. Only the value is masked, so that the text still says what it was.
import { endOfRun, token68 } from '../character-runs.ts';
import type { Detector, Report } from '../detector.ts';
import { isPlaceholder } from '../kinds.ts';
import { endsInSecretName } from '../named-values.ts';
import type { Scan } from '../scan.ts';

const scheme = /(?<![A-Za-z0-9])(?:bearer|basic)\s{1,4}([A-Za-z0-9+/=._~-]{8,512})/gi;

/** "basic understanding" is no credential: prose has neither digits, capitals within, nor the padding of base64. */
const looksRandom = (value: string): boolean => /\d|=$|[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]{24}/.test(value);

const findSchemes = ({ text }: Scan, report: Report) => {
  if (!/earer|asic|EARER|ASIC/.test(text)) return;
  for (const match of text.matchAll(scheme)) {
    const start = match.index + match[0].length - match[1]!.length;
    if (looksRandom(match[1]!)) report('credential', start, endOfRun(text, start + match[1]!.length, token68));
  }
};

const nameWindow = 80;
const valueWindow = 560;
/** The last letters of the names in named-values.ts: what cannot end one is not looked at. */
const lastLetters = new Set([...'deytnsDEYTNS'].map((letter) => letter.charCodeAt(0)));

const mayEndName = (text: string, at: number): boolean => {
  let index = at - 1;
  while (index >= 0 && at - index < 12 && ' "\'\\\t'.includes(text[index]!)) index--;
  return index >= 0 && lastLetters.has(text.charCodeAt(index));
};

/** Words that stand where a value would, in code and in schemas. */
const notAValue =
  /^(?:string|str|text|none|null|nil|undefined|true|false|required|optional|bool|boolean|number|int|integer|object|any|unknown|bytes|env:.*|file:.*|(?:os\.|process\.|import\.|System\.|config|settings|self\.|this\.).*|[$<{[(%].*|\*+|x+|\.+)$/i;
const longestValue = 512;
const quoted = /^\s{0,4}\\{0,7}["'`]([^"'`\\\n\r]{1,512})/;
const unquoted = /^\s{0,4}(?:(?:bearer|basic|token)\s{1,4})?([^\s"'`,;<>\\(){}]{4,512})/i;

const findAssignments = ({ text, assignments }: Scan, report: Report) => {
  let done = 0;
  for (const at of assignments) {
    if (at < done || !mayEndName(text, at)) continue;
    const name = endsInSecretName.exec(text.slice(Math.max(0, at - nameWindow), at))?.[1];
    if (name === undefined) continue;
    const window = text.slice(at + 1, at + valueWindow);
    const inQuotes = quoted.exec(window);
    const match = inQuotes ?? unquoted.exec(window);
    if (match === null) continue;
    const colon = text[at] === ':';
    const loose = colon && inQuotes === null;
    const value = colon || inQuotes !== null ? match[1]! : match[1]!.split('&', 1)[0]!;
    if (value === '') continue;
    if (notAValue.test(value) || isPlaceholder(value) || (loose && !/[\d!@#$%^*+/]|[a-z][A-Z]/.test(value))) continue;
    const start = at + 1 + match[0].length - match[1]!.length;
    const isKey =
      (/key$/i.test(name) && /^[0-9a-f]{32}$/i.test(value)) || (/secret/i.test(name) && /^[\w/+]{40}$/.test(value));
    done = start + value.length;
    // A longer value than the window is secret to its end, wherever that is.
    if (value.length >= longestValue) done = endOfRun(text, done, token68);
    report(isKey ? 'key' : 'credential', start, done);
  }
};

const userInfo = /[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/([^\s/@:"'<>]{0,128}:[^\s/@"'<>]{1,256})@/g;

const findUserInfo = ({ text, hasAt }: Scan, report: Report) => {
  if (!hasAt || !text.includes('://')) return;
  for (const match of text.matchAll(userInfo)) {
    if (isPlaceholder(match[1]!)) continue;
    const end = match.index + match[0].length - 1;
    report('credential', end - match[1]!.length, end);
  }
};

export const credentialDetector: Detector = {
  name: 'credential',
  find(scan, report) {
    findSchemes(scan, report);
    if (scan.assignments.length === 0) return;
    findAssignments(scan, report);
    findUserInfo(scan, report);
  },
};
