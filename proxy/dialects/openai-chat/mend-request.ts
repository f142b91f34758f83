// For a client of this dialect whose bytes would pass unchanged to a provider that speaks it too, but insists on something.
import type { ProviderQuirks } from '../../../catalog/provider.ts';
import { asArray, asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { toolCallIds } from './tool-call-ids.ts';

/** The body with tool call ids as this provider wants them; null when there is nothing to mend. Never changes `json`. */
export function mendChatRequest(json: unknown, quirks: ProviderQuirks): Record<string, unknown> | null {
  const body = asObject(json);
  if (body === null || quirks.toolCallId === undefined) return null;
  const ids = toolCallIds(quirks.toolCallId, idsOf(body));
  if (ids === null) return null;
  return { ...body, messages: asArray(body.messages).map((message) => mended(message, ids)) };
}

function* idsOf(body: JsonObject): Generator<string> {
  for (const message of objectsIn(body.messages)) {
    if (typeof message.tool_call_id === 'string') yield message.tool_call_id;
    for (const call of objectsIn(message.tool_calls)) if (typeof call.id === 'string') yield call.id;
  }
}

function mended(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  const message = asObject(value);
  if (message === null) return value;
  const answers = ids.get(asText(message.tool_call_id));
  if (answers !== undefined) return { ...message, tool_call_id: answers };
  if (!objectsIn(message.tool_calls).some((call) => ids.has(asText(call.id)))) return message;
  return {
    ...message,
    tool_calls: asArray(message.tool_calls).map((entry) => {
      const call = asObject(entry);
      const id = ids.get(asText(call?.id));
      return call === null || id === undefined ? entry : { ...call, id };
    }),
  };
}
