// Some providers refuse a turn with tool calls whose thoughts did not come back with it, and most clients throw thoughts
// away: puts back what is still known of them. Where nothing is known (another provider's turn), an empty text is what those
// who insist accept; those whose word is `reasoning` do not insist, and such a turn stays as it came.
import { asArray, asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';

/** `field`: where this provider wants them. Null when nothing was missing. Never changes `json`. */
export function withThoughtsBack(
  json: unknown,
  field: string,
  thoughtsOf: (callId: string) => string,
): Record<string, unknown> | null {
  const body = asObject(json);
  if (body === null) return null;
  let missing = false;
  const messages = asArray(body.messages).map((value) => {
    const message = asObject(value);
    if (!message || !lacksThoughts(message, field)) return value;
    const calls = objectsIn(message.tool_calls).map((call) => asText(call.id));
    const thoughts = calls.map(thoughtsOf).find((text) => text !== '') ?? '';
    if (thoughts === '' && field === 'reasoning') return value;
    missing = true;
    return { ...message, [field]: thoughts };
  });
  return missing ? { ...body, messages } : null;
}

function lacksThoughts(message: JsonObject, field: string): boolean {
  const { role, tool_calls: calls } = message;
  return role === 'assistant' && typeof message[field] !== 'string' && asArray(calls).length > 0;
}
