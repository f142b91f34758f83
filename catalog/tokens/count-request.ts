// The same count for a request that is no bytes any more.
import type { ContentRange } from './content-ranges.ts';
import { type CountedTokens, countTokens } from './count-tokens.ts';
import { isOpenEnded } from './open-ended.ts';

/** Null where nobody can tell: media, or a part that lies with the provider. */
export function countRequest(request: Readonly<Record<string, unknown>>): CountedTokens | null {
  const parts: Buffer[] = [];
  const fields = new Map<string, ContentRange>();
  let start = 0;
  for (const [name, value] of Object.entries(request)) {
    const part = Buffer.from(JSON.stringify(value) ?? 'null');
    fields.set(name, { start, end: start + part.length });
    start += part.length;
    parts.push(part);
  }
  return isOpenEnded({ fields }) ? null : countTokens(Buffer.concat(parts), { fields });
}
