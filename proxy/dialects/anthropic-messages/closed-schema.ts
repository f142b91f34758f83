// JSON Schema as structured outputs and strict tools take it: every object closed, and no keyword outside a small set; any
// other is answered with 400. What a keyword demanded is told to the model in the description, so that it is not forgotten.
// https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
import { asArray, asObject, asText, type JsonObject } from '../reading/json-reading.ts';

const kept = new Set([
  ...['type', 'enum', 'const', 'default', 'description', 'title', 'properties', 'required', 'additionalProperties'],
  ...['items', 'anyOf', 'allOf', '$ref', '$defs', 'definitions'],
]);
const formats = new Set(['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid']);

export function closedSchema(schema: JsonObject): JsonObject {
  const closed: JsonObject = {};
  const told: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$schema' || keyword === '$id') continue;
    const known = keyword === 'oneOf' ? 'anyOf' : keyword;
    if (kept.has(known) || understood(keyword, value)) closed[known] = inside(known, value);
    else told.push(`${keyword}: ${JSON.stringify(value)}`);
  }
  if (closed.type === 'object' || closed.properties !== undefined) closed.additionalProperties = false;
  if (told.length > 0) closed.description = [asText(closed.description), `(${told.join(', ')})`].join(' ').trim();
  return closed;
}

function understood(keyword: string, value: unknown): boolean {
  if (keyword === 'format') return formats.has(asText(value));
  return keyword === 'minItems' && (value === 0 || value === 1);
}

function inside(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'properties':
    case '$defs':
    case 'definitions':
      return Object.fromEntries(Object.entries(asObject(value) ?? {}).map(([name, inner]) => [name, closedAt(inner)]));
    case 'anyOf':
    case 'allOf':
      return asArray(value).map(closedAt);
    case 'items':
      return closedAt(value);
    default:
      return value;
  }
}

function closedAt(value: unknown): unknown {
  const schema = asObject(value);
  return schema === null ? value : closedSchema(schema);
}

/** True where an object may hold keys that the schema does not name: closing it takes them away. */
export function isOpen(schema: JsonObject): boolean {
  const { additionalProperties: more } = schema;
  if (more === true || asObject(more) !== null) return true;
  return Object.values(schema).some((value) =>
    Array.isArray(value) ? value.some(isOpenAt) : asObject(value) !== null && isOpenAt(value),
  );
}

const isOpenAt = (value: unknown): boolean => {
  const schema = asObject(value);
  return schema !== null && isOpen(schema);
};
