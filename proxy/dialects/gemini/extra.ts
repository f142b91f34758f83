// Fields of Gemini's own that a client of another dialect sent along, such as safetySettings. Others are left out: Google
// refuses a body with a name it does not know.
import type { Unsupported } from '../neutral/target.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';

const known = new Set([
  'safetySettings',
  'cachedContent',
  'labels',
  'generationConfig',
  'toolConfig',
  'modelArmorConfig',
  'serviceTier',
  'store',
]);

/** Objects of settings that writer and client may both have something to say in. */
const joined = new Set(['generationConfig', 'thinkingConfig', 'toolConfig', 'functionCallingConfig']);

/** Never overwrites what the body says already; settings are joined, the deeper fields under the same rule. */
export function addExtra(body: JsonObject, extra: JsonObject, unsupported: Unsupported[]): void {
  for (const [name, value] of Object.entries(extra)) {
    const own = camelCase(name);
    if (known.has(own)) addField(body, own, value);
    else unsupported.push({ field: name, changesAnswer: false, reason: 'Gemini does not know it' });
  }
}

/** `body` is the writer's own; the client's objects are copied, for what is joined into them later. */
function addField(body: JsonObject, name: string, value: unknown): void {
  const added = joined.has(name) ? asObject(value) : null;
  if (!Object.hasOwn(body, name)) body[name] = added === null ? value : {};
  const written = asObject(body[name]);
  if (added === null || written === null) return;
  for (const [inner, deeper] of Object.entries(added)) addField(written, camelCase(inner), deeper);
}

/** Google takes safety_settings as well as safetySettings; one spelling only, so that nothing is said twice. */
function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
