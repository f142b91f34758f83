// Careful reading of request JSON by the simulated providers: whatever a client sends, nothing throws.

export type Json = Record<string, unknown>;

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Text of a content that is a string or a list of parts with a `text`; parts of other kinds are left out. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => {
      const { text, content: inner } = objectOf(part);
      return textOf(text) || (inner === undefined ? '' : contentText(inner));
    })
    .filter((text) => text !== '')
    .join('\n');
}
