// One text for all ways of writing the same JSON: members ordered and numbers written as RFC 8785 has it, texts composed
// (Unicode NFC). Lists keep their order, for in messages and tools it means something.

/** The value cannot be told from its neighbours any more, so that two requests might be taken for one. */
export class NotCanonical extends Error {}

/** Throws NotCanonical for integers that were rounded when they were read; a RangeError for what nests too deeply. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return members(value as Record<string, unknown>);
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) throw new NotCanonical(String(value));
  return JSON.stringify(value ?? null);
}

/** Compared by UTF-16 code units, as JavaScript compares strings. Names are not composed: two of them might become one. */
function members(object: Record<string, unknown>): string {
  let out = '';
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === undefined) continue;
    out += `${out === '' ? '' : ','}${JSON.stringify(name)}:${canonical(value)}`;
  }
  return `{${out}}`;
}

const beyondAscii = /[^\x20-\x7e]/;

const text = (value: string): string => JSON.stringify(beyondAscii.test(value) ? value.normalize('NFC') : value);
