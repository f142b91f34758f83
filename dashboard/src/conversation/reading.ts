// Careful steps into JSON of unknown shape, and the parts that all dialects share.
import type { Medium, Part, Role } from './turn.ts';

export type Json = Record<string, unknown>;

export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** JSON text of anything but a string, which stays as it is. */
export function asJsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

const roles: Record<string, Role> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  model: 'assistant',
  chatbot: 'assistant',
  tool: 'tool',
  function: 'tool',
};

export function asRole(value: unknown): Role {
  return roles[asText(value).toLowerCase()] ?? 'other';
}

export function text(value: string): Part[] {
  return value === '' ? [] : [{ kind: 'text', text: value }];
}

export function media(medium: Medium, note: unknown): Part {
  return { kind: 'media', medium, note: asText(note) };
}

/** What can be said of an address without following it: its host, or the type of what is inlined. */
export function noteOfAddress(address: unknown): string {
  const said = asText(address);
  const inlined = /^data:([\w.+-]+\/[\w.+-]+)/.exec(said);
  if (inlined) return inlined[1]!;
  return URL.canParse(said) ? new URL(said).host : '';
}

/** The medium that a MIME type stands for. */
export function mediumOf(mimeType: unknown): Medium {
  const family = asText(mimeType).split('/')[0];
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'file';
}
