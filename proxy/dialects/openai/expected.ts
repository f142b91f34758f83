// Careful steps into a client's request: each asks for one shape and names the field where another stands. Null and absent
// are the same: OpenAI's SDKs send both for "not said".
import { RequestProblem } from '../neutral/request.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';

export function objectAt(value: unknown, field: string): JsonObject {
  return asObject(value) ?? refuse(field, 'an object', value);
}

export function listAt(value: unknown, field: string): unknown[] {
  return Array.isArray(value) ? value : refuse(field, 'a list', value);
}

export function textAt(value: unknown, field: string): string {
  return typeof value === 'string' ? value : refuse(field, 'text', value);
}

/** '' where it is not said. */
export function optionalText(body: JsonObject, name: string, path = name): string {
  const value = body[name];
  return value === undefined || value === null ? '' : textAt(value, path);
}

export function optionalNumber(body: JsonObject, name: string, path = name): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, 'a number', value);
}

/** A whole number, zero or more. */
export function optionalCount(body: JsonObject, name: string, path = name): number | null {
  const number = optionalNumber(body, name, path);
  if (number === null) return null;
  return Number.isSafeInteger(number) && number >= 0 ? number : refuse(path, 'a whole number', number);
}

export function optionalFlag(body: JsonObject, name: string, path = name): boolean | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  return typeof value === 'boolean' ? value : refuse(path, 'true or false', value);
}

export function optionalObject(body: JsonObject, name: string, path = name): JsonObject | null {
  const value = body[name];
  return value === undefined || value === null ? null : objectAt(value, path);
}

export function optionalList(body: JsonObject, name: string, path = name): unknown[] {
  const value = body[name];
  return value === undefined || value === null ? [] : listAt(value, path);
}

export function refuse(field: string, expected: string, found: unknown): never {
  throw new RequestProblem(field, expected, inWords(found));
}

/** What stands there, short enough for a message. */
function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return value.length > 40 ? 'text' : `"${value}"`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
