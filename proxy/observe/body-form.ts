// What a body is, by its content type and, because those lie, by its first bytes: DeepSeek sends JSON errors as octet-stream.

export type BodyForm = 'events' | 'json' | 'text' | 'binary';

const textTypes =
  /^text\/|[/+](?:json|xml)\b|[/+](?:x-)?(?:ndjson|jsonlines|jsonl|javascript|yaml)\b|x-www-form-urlencoded/;
const fieldLine = /^(?:data|event|id|retry)(?::|\r|\n)|^:/;

/**
 * The form of a body whose first bytes are `beginning`; null while they are too few to tell. `ended`: there will be no more.
 * A body of type text/event-stream that starts with `{` is an error in JSON, for `{` begins no field of an event.
 */
export function formOf(contentType: string, beginning: Buffer, ended: boolean): BodyForm | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = beginning.toString('latin1', 0, 64).replace(/^(?:\xef\xbb\xbf)?\s*/, '');
  if (text.length < 6 && !ended) return null;
  if (/^[{[]/.test(text) && !mostlyBinary(beginning)) return type.includes('ndjson') ? 'text' : 'json';
  if (type === 'text/event-stream') return 'events';
  if (fieldLine.test(text) && (type === '' || type.startsWith('text/') || type.endsWith('octet-stream')))
    return 'events';
  if (textTypes.test(type)) return 'text';
  if (type !== '' && !type.endsWith('octet-stream')) return 'binary';
  return mostlyBinary(beginning) ? 'binary' : 'text';
}

/** Whether the content type promises JSON, so that anything else is not a complete answer. */
export function promisesJson(contentType: string): boolean {
  return /[/+]json\b/i.test(contentType);
}

/** Control characters that no text has; an escape may begin a colour. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\x00-\x08\x0e-\x1a\x1c-\x1f]/;

function mostlyBinary(beginning: Buffer): boolean {
  return controls.test(beginning.toString('latin1', 0, 1024));
}

/** At most `maximumBytes` of a text, cut between characters. */
export function cutText(bytes: Buffer, maximumBytes: number): string {
  if (bytes.length <= maximumBytes) return bytes.toString('utf8');
  let end = maximumBytes;
  // Continuation bytes are 10xxxxxx; a character has at most three of them.
  while (end > 0 && end > maximumBytes - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
