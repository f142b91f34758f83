// Ids of tool calls for providers that insist on a form (Mistral: nine letters and digits). The same id gives the same
// substitute in every request of a conversation, so calls and results stay together and the prompt cache is not lost.
import { createHash } from 'node:crypto';

/** Ids that must be replaced, with what replaces them; null when all of them fit. */
export function toolCallIds(pattern: string, ids: Iterable<string>): ReadonlyMap<string, string> | null {
  const fits = patternOf(pattern);
  const all = new Set(ids);
  const taken = new Set([...all].filter((id) => fits.test(id)));
  if (taken.size === all.size) return null;
  const substitutes = new Map<string, string>();
  for (const id of all) {
    if (taken.has(id) && fits.test(id)) continue;
    const substitute = freeId(id, taken);
    taken.add(substitute);
    substitutes.set(id, substitute);
  }
  return substitutes;
}

/** Earlier ids come first, so a clash, should there ever be one, is solved the same way in the next request. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt++) {
    const candidate = nineCharacters(attempt === 0 ? id : `${id}#${attempt}`);
    if (!taken.has(candidate)) return candidate;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function nineCharacters(text: string): string {
  const digest = createHash('sha256').update(text).digest();
  let made = '';
  for (let at = 0; at < 9; at++) made += alphabet[(digest[at] as number) % alphabet.length];
  return made;
}

let compiled: { pattern: string; expression: RegExp } | null = null;

/** There is one such pattern in practice; compiling it anew for every request would cost more than using it. */
function patternOf(pattern: string): RegExp {
  if (compiled?.pattern !== pattern) compiled = { pattern, expression: new RegExp(pattern) };
  return compiled.expression;
}
