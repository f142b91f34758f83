// Careful steps into JSON that strangers wrote: each asks for one shape and answers null (or nothing) when it is another.

export type JsonObject = Record<string, unknown>;

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or empty when it is anything else. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A count of tokens: a non-negative safe integer, also when written as a string (protobuf's int64), else null. */
export function asCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** Objects of an array; everything else in it is left out. */
export function objectsIn(value: unknown): JsonObject[] {
  return asArray(value)
    .map(asObject)
    .filter((entry) => entry !== null);
}

/** Tool arguments as JSON text, whether the provider wrote text or an object; `null` and absent give `absent`. */
export function argumentsText(value: unknown, absent: string): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? absent : JSON.stringify(value);
}

/** The object in JSON text, or null when it is not valid JSON or not an object. */
export function parseObject(text: string): JsonObject | null {
  if (!text.includes('{')) return null;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}
