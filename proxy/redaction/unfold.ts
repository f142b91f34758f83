// Makes hidden text plain for the detectors, keeping for every character where it came from: escapes of JSON, URLs and
// HTML, full-width and other digits, unusual spaces and dashes, invisible characters, soft line breaks. The plain form is
// only looked at, never stored.

export interface Unfolded {
  readonly text: string;
  /** Range of the original that covers [start, end) of the plain text. */
  origin(start: number, end: number): { start: number; end: number };
}

const escapeForms: readonly string[] = [
  // Escaped backslashes come in long rows where JSON lies in JSON: one change per row, not one per pair.
  String.raw`(?:\\){2,200}`,
  String.raw`\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r?\n|[/"'\\bfnrt])`,
  '(?:%[0-9a-fA-F]{2}){1,240}',
  String.raw`&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});?`,
  String.raw`=\r?\n`,
  // Spaces, dashes, invisible characters, full-width forms
  String.raw`[\u00a0\u00ad\u1680\u180e\u2000-\u2015\u2024\u2028-\u202f\u205f-\u206f\u2212\u3000\u3002]`,
  String.raw`[\ufe00-\ufe0f\ufe52\ufe58\ufe63\ufe6b\ufeff\uff01-\uff61]`,
  // Arabic, Persian, Devanagari and mathematical digits
  String.raw`[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]|\ud835[\udfce-\udfff]`,
];
const candidates = new RegExp(escapeForms.join('|'), 'g');

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  commat: '@',
  period: '.',
  colon: ':',
  sol: '/',
  plus: '+',
  equals: '=',
  hyphen: '-',
  dash: '-',
  lowbar: '_',
  num: '#',
  ndash: '-',
  mdash: '-',
  shy: '',
  zwj: '',
  zwnj: '',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  bsol: '\\',
  Tab: '\t',
  NewLine: '\n',
};
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const fromCodePoint = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');

const unfoldEntity = (found: string): string => {
  const body = found.slice(1).replace(/;$/, '');
  if (body[0] !== '#') return entities[body] ?? found;
  return fromCodePoint(/^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10));
};

const unfoldPercent = (found: string): string => {
  try {
    return decodeURIComponent(found);
  } catch {
    return Buffer.from(found.replaceAll('%', ''), 'hex').toString('latin1');
  }
};

const unfoldBackslash = (found: string): string => {
  const sign = found[1]!;
  if (sign === '\\') return found.slice(0, found.length / 2);
  if (sign === 'u' || sign === 'x') return String.fromCharCode(Number.parseInt(found.slice(2), 16));
  if (sign === '\n' || sign === '\r') return '';
  return escapes[sign] ?? sign;
};

const unfoldCharacter = (found: string): string => {
  const code = found.codePointAt(0)!;
  if (code >= 0x1d7ce) return String((code - 0x1d7ce) % 10);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (code >= 0x660 && code <= 0x96f) return String(code >= 0x966 ? code - 0x966 : ((code - 0x660) % 0x90) % 10);
  if (code === 0x2024 || code === 0x3002 || code === 0xff61 || code === 0xfe52) return '.';
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe58 || code === 0xfe63) return '-';
  if (code === 0xfe6b) return '@';
  if (code === 0x2028 || code === 0x2029) return '\n';
  const space = code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200a);
  return space || code === 0x202f || code === 0x205f || code === 0x3000 ? ' ' : '';
};

const unfoldOne = (found: string): string => {
  if (found[0] === '\\') return unfoldBackslash(found);
  if (found[0] === '%') return unfoldPercent(found);
  if (found[0] === '&') return unfoldEntity(found);
  return found[0] === '=' ? '' : unfoldCharacter(found);
};

/** Changed stretches, in order, as parallel lists: plain start and length, original start and length. */
interface Changes {
  plainStart: number[];
  plainLength: number[];
  start: number[];
  length: number[];
}

const lastAtOrBefore = (sorted: readonly number[], value: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** Where the plain character at `at` came from: a changed stretch is taken whole. */
const sourceOf = (changes: Changes, at: number): { start: number; end: number } => {
  const index = lastAtOrBefore(changes.plainStart, at);
  if (index < 0) return { start: at, end: at + 1 };
  const beyond = at - changes.plainStart[index]! - changes.plainLength[index]!;
  const end = changes.start[index]! + changes.length[index]!;
  return beyond < 0 ? { start: changes.start[index]!, end } : { start: end + beyond, end: end + beyond + 1 };
};

/** One layer of unfolding, or null when there was nothing to unfold. Linear in the length of `text`. */
export const unfold = (text: string): Unfolded | null => {
  const changes: Changes = { plainStart: [], plainLength: [], start: [], length: [] };
  const parts: string[] = [];
  let from = 0;
  let plain = 0;
  const change = (start: number, length: number, replacement: string) => {
    parts.push(text.slice(from, start), replacement);
    plain += start - from;
    changes.plainStart.push(plain);
    changes.plainLength.push(replacement.length);
    changes.start.push(start);
    changes.length.push(length);
    plain += replacement.length;
    from = start + length;
  };
  for (const { 0: found, index } of text.matchAll(candidates)) {
    const replacement = unfoldOne(found);
    if (replacement === found) continue;
    // A run of percent escapes that is plain ASCII maps character by character.
    if (found[0] === '%' && replacement.length * 3 === found.length) {
      for (let at = 0; at < replacement.length; at++) change(index + at * 3, 3, replacement[at]!);
    } else change(index, found.length, replacement);
  }
  if (parts.length === 0) return null;
  parts.push(text.slice(from));
  return {
    text: parts.join(''),
    origin: (start, end) => ({ start: sourceOf(changes, start).start, end: sourceOf(changes, end - 1).end }),
  };
};
