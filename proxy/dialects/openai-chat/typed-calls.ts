// Mistral's calls have no type, a client puts them back as they came, and OpenAI wants one: "Missing required parameter:
// 'messages[1].tool_calls[0].type'".
import { asArray, asObject, objectsIn } from '../reading/json-reading.ts';

/**
 * A cheap look, so that long conversations need not be parsed: wherever "function" stands as a name, a type of that value
 * belongs beside it. Inside a text the quotes would be escaped.
 */
export function mayHoldUntypedCalls(body: Buffer): boolean {
  let untyped = 0;
  for (let at = body.indexOf(word); at >= 0; at = body.indexOf(word, at + word.length)) {
    let next = at + word.length;
    while (body[next] === 0x20) next++;
    untyped += body[next] === 0x3a ? 1 : -1;
  }
  return untyped > 0;
}

const word = '"function"';

/** Null when every call has a type. Never changes `json`. */
export function withCallTypes(json: unknown): Record<string, unknown> | null {
  const body = asObject(json);
  if (body === null) return null;
  let found = false;
  const messages = asArray(body.messages).map((value) => {
    const message = asObject(value);
    if (!message || !objectsIn(message.tool_calls).some((call) => call.type === undefined)) return value;
    found = true;
    return { ...message, tool_calls: objectsIn(message.tool_calls).map((call) => ({ type: 'function', ...call })) };
  });
  return found ? { ...body, messages } : null;
}
