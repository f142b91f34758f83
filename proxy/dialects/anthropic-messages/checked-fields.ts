// Steps into a client's request: each asks for one shape, takes absent and null for unsaid, and names the field otherwise.
import { RequestProblem } from '../neutral/request.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';

export interface Place {
  object: JsonObject;
  /** Where the object stands in the body, such as `messages[3]`; '' for the body itself. */
  path: string;
}

export const pathOf = ({ path }: Place, name: string): string => (path === '' ? name : `${path}.${name}`);

export function textAt(place: Place, name: string): string {
  const value = place.object[name] ?? '';
  if (typeof value === 'string') return value;
  throw new RequestProblem(pathOf(place, name), 'a string', found(value));
}

export function numberAt(place: Place, name: string): number | null {
  const value = place.object[name] ?? null;
  if (value === null || typeof value === 'number') return value;
  throw new RequestProblem(pathOf(place, name), 'a number', found(value));
}

export function flagAt(place: Place, name: string): boolean | null {
  const value = place.object[name] ?? null;
  if (value === null || typeof value === 'boolean') return value;
  throw new RequestProblem(pathOf(place, name), 'true or false', found(value));
}

export function listAt(place: Place, name: string): unknown[] {
  const value = place.object[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new RequestProblem(pathOf(place, name), 'an array', found(value));
}

export function placeAt(place: Place, name: string): Place | null {
  const value = place.object[name] ?? null;
  return value === null ? null : asPlace(value, pathOf(place, name));
}

export function asPlace(value: unknown, path: string): Place {
  const object = asObject(value);
  if (object !== null) return { object, path };
  throw new RequestProblem(path, 'an object', found(value));
}

export function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `"${value.slice(0, 60)}"`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
