// A shallow look at a JSON body: where each field of the top level begins and ends, without parsing what lies deeper.
// A chat request may hold megabytes of images; finding its model must not cost more than finding the quotes in it.

export interface FieldRange {
  /** Offset of the first byte of the value. */
  start: number;
  /** Offset after its last byte. */
  end: number;
}

export interface TopLevelScan {
  /** Where each value stands; of a key that occurs twice, the last. */
  fields: Map<string, FieldRange>;
  /** What keeps the body from being one JSON object, as the end of a sentence that starts with "the body"; else null. */
  problem: string | null;
  /** Where another member could be put: after the last value, or after the opening brace of an empty object; -1 with a problem. */
  insertAt: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Scans without throwing; values are found, not validated, so a body without a problem may still be invalid further in. */
export function scanTopLevel(body: Buffer): TopLevelScan {
  const fields = new Map<string, FieldRange>();
  const failed = (problem: string): TopLevelScan => ({ fields, problem, insertAt: -1 });
  const cutOff = (): TopLevelScan => failed(`is cut off at byte ${body.length}`);
  let at = skipSpace(body, 0);
  if (at >= body.length) return failed('is empty');
  if (body[at] !== OPEN_BRACE) return failed(`is not a JSON object (it starts with ${named(body[at])})`);
  let insertAt = at + 1;
  at = skipSpace(body, insertAt);
  if (body[at] === CLOSE_BRACE) return closed(at);
  while (at < body.length) {
    if (body[at] !== QUOTE) return failed(`has ${named(body[at])} at byte ${at} where a field name belongs`);
    const keyEnd = endOfString(body, at);
    if (keyEnd === -1) return cutOff();
    const key = readKey(body, at, keyEnd);
    if (key === null) return failed(`has an invalid field name at byte ${at}`);
    at = skipSpace(body, keyEnd);
    if (at >= body.length) return cutOff();
    if (body[at] !== COLON) return failed(`has ${named(body[at])} at byte ${at} where a colon belongs`);
    const start = skipSpace(body, at + 1);
    if (start >= body.length) return cutOff();
    const end = endOfValue(body, start);
    if (end === -1) return cutOff();
    if (end === start) return failed(`has ${named(body[start])} at byte ${start} where a value belongs`);
    fields.set(key, { start, end });
    insertAt = end;
    at = skipSpace(body, end);
    if (at >= body.length) return cutOff();
    if (body[at] === CLOSE_BRACE) return closed(at);
    if (body[at] !== COMMA) return failed(`has ${named(body[at])} at byte ${at} where a comma or } belongs`);
    at = skipSpace(body, at + 1);
  }
  return cutOff();

  function closed(brace: number): TopLevelScan {
    const rest = skipSpace(body, brace + 1);
    if (rest < body.length)
      return failed(`goes on with ${named(body[rest])} at byte ${rest}, after its object has ended`);
    return { fields, problem: null, insertAt };
  }
}

/**
 * One small value, parsed; undefined when the field is absent, longer than `maximumBytes` (default 64 KiB) or no JSON.
 */
export function readField(
  body: Buffer,
  fields: ReadonlyMap<string, FieldRange>,
  name: string,
  maximumBytes = 64 * 1024,
): unknown {
  const range = fields.get(name);
  if (range === undefined || range.end - range.start > maximumBytes) return undefined;
  try {
    return JSON.parse(body.toString('utf8', range.start, range.end));
  } catch {
    return undefined;
  }
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length) {
    const byte = body[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

/** Strings up to this long are walked through; beyond it a native search is quicker than its call is dear. */
const shortString = 48;

/** Offset after the closing quote of the string that opens at `open`; -1 when it never closes. */
function endOfString(body: Buffer, open: number): number {
  const near = Math.min(open + shortString, body.length);
  let at = open + 1;
  while (at < near) {
    const byte = body[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
  // `at` stands at the beginning of a character, so backslashes before it need not be counted.
  const start = at;
  let quote = body.indexOf(QUOTE, start);
  while (quote !== -1) {
    let backslashes = 0;
    while (quote - 1 - backslashes >= start && body[quote - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    quote = body.indexOf(QUOTE, quote + 1);
  }
  return -1;
}

/** Offset after the value at `start`; -1 when the body ends inside it; `start` when there is no value. */
function endOfValue(body: Buffer, start: number): number {
  const first = body[start];
  if (first === QUOTE) return endOfString(body, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfContainer(body, start);
  let at = start;
  while (at < body.length && isWordByte(body[at] as number)) at++;
  return at === body.length ? -1 : at;
}

function endOfContainer(body: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < body.length) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = endOfString(body, at);
      if (at === -1) return -1;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return at + 1;
    }
    at++;
  }
  return -1;
}

/** Bytes of numbers and of true, false and null. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

function readKey(body: Buffer, start: number, end: number): string | null {
  const inner = body.toString('utf8', start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return null;
  }
}

function named(byte: number | undefined): string {
  if (byte === undefined) return 'nothing';
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
