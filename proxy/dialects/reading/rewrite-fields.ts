// Changes a few fields of a JSON body and leaves the bytes of all others as they were sent.
import type { TopLevelScan } from './top-level-fields.ts';

export interface FieldChanges {
  /** New values by name, as JSON text; only fields that are there are replaced. */
  replace?: Readonly<Record<string, string>>;
  drop?: readonly string[];
}

/** The body with these changes, or the same buffer when none of the fields is there. */
export function rewriteFields(body: Buffer, scan: TopLevelScan, { replace = {}, drop = [] }: FieldChanges): Buffer {
  if (scan.problem !== null) return body;
  const touched = [...drop, ...Object.keys(replace)].some((name) => scan.fields.has(name));
  if (!touched) return body;
  const parts: Buffer[] = [];
  for (const [name, { start, end }] of scan.fields) {
    if (drop.includes(name)) continue;
    parts.push(Buffer.from(`${parts.length === 0 ? '{' : ','}${JSON.stringify(name)}:`));
    const value = replace[name];
    parts.push(value === undefined ? body.subarray(start, end) : Buffer.from(value));
  }
  if (parts.length === 0) return Buffer.from('{}');
  return Buffer.concat([...parts, Buffer.from('}')]);
}
