// What every provider of the chat format demands of the order of messages: calls are answered at once, each exactly once.

export type Json = Record<string, unknown>;

/** A request as it goes out. */
export interface Outgoing {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export const objects = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];

export function isJsonObject(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export function turnProblems(messages: Json[]): string[] {
  const problems: string[] = [];
  let open = new Set<unknown>();
  messages.forEach((message, index) => {
    const at = `messages[${index}]`;
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) problems.push(`${at} answers no call, or one that has been answered`);
      return;
    }
    if (open.size > 0) problems.push(`${at} comes before the calls ${[...open].join()} have been answered`);
    const calls = objects(message.tool_calls);
    open = new Set(calls.map((call) => call.id));
    if (open.size < calls.length) problems.push(`${at} has two calls of one id`);
    for (const call of calls) {
      if (call.type !== 'function') problems.push(`${at} has a call of type ${call.type}`);
      if (!isJsonObject((call.function as Json | undefined)?.arguments)) {
        problems.push(`${at} has arguments that are no JSON object in text`);
      }
    }
  });
  if (open.size > 0) problems.push('calls at the end are not answered');
  return problems;
}

/** Fields that are not among the known ones. */
export function strangers(value: Json, known: readonly string[], where: string): string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${where} has a field ${name}`);
}
