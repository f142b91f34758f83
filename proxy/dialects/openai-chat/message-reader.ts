// Reads the messages of a chat request: roles, tool calls and results, and the thoughts that providers want back.
import type { Message, Part, ReasoningPart, Seal, ToolCallPart, ToolResultPart } from '../neutral/request.ts';
import { listAt, objectAt, optionalList, optionalText, refuse, textAt } from '../openai/expected.ts';
import { argumentsText, asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { cacheMark, readContent, withMessageMark } from './part-reader.ts';
import { textOfDetails } from './reasoning-details.ts';

export function readMessages(value: unknown, beyond: JsonObject): Message[] {
  const list = listAt(value, 'messages');
  if (list.length === 0) refuse('messages', 'at least one message', list);
  const messages: Message[] = [];
  list.forEach((entry, index) => {
    const path = `messages[${index}]`;
    const message = readMessage(objectAt(entry, path), path, { beyond, before: messages });
    const last = messages.at(-1);
    // Results that follow each other are one message in the neutral form.
    if (message.role === 'tool' && last?.role === 'tool') last.content.push(...message.content);
    else messages.push(message);
  });
  return messages;
}

interface Around {
  beyond: JsonObject;
  before: readonly Message[];
}

function readMessage(message: JsonObject, path: string, { beyond, before }: Around): Message {
  const name = optionalText(message, 'name', `${path}.name`);
  const content = (): Part[] => withMessageMark(readContent(message.content, `${path}.content`, beyond), message);
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: content(), name };
    case 'user':
      return { role: 'user', content: content(), name };
    case 'assistant':
      return { role: 'assistant', content: readAssistant(message, path, beyond), name };
    case 'tool': {
      const callId = textAt(message.tool_call_id, `${path}.tool_call_id`);
      return { role: 'tool', content: [readResult(message, path, { callId, beyond })], name: '' };
    }
    case 'function':
      // The older functions have no ids: the last call of that name is meant.
      return {
        role: 'tool',
        content: [readResult(message, path, { callId: lastCall(before, name), beyond })],
        name: '',
      };
    default:
      return refuse(`${path}.role`, 'system, developer, user, assistant or tool', message.role);
  }
}

function readResult(message: JsonObject, path: string, call: { callId: string; beyond: JsonObject }): ToolResultPart {
  const parts = readContent(message.content, `${path}.content`, call.beyond);
  const content = parts.filter((part) => part.type === 'text' || part.type === 'image' || part.type === 'file');
  const name = optionalText(message, 'name', `${path}.name`);
  // A mark on what the result ends with is a mark on the result: it closes the same prefix.
  const last = content.at(-1);
  const mark = { ...(last?.cache ? { cache: last.cache } : {}), ...cacheMark(message) };
  if (last?.cache) delete last.cache;
  return { type: 'tool-result', callId: call.callId, name, content, failed: false, ...mark };
}

function readAssistant(message: JsonObject, path: string, beyond: JsonObject): Part[] {
  // Together with calls an empty text is no text; OpenAI itself sends both null and "".
  const said = readContent(message.content, `${path}.content`, beyond).filter(
    (part) => part.type !== 'text' || part.text !== '',
  );
  const refusal = asText(message.refusal);
  const calls = optionalList(message, 'tool_calls', `${path}.tool_calls`).flatMap((entry, index) =>
    readCall(objectAt(entry, `${path}.tool_calls[${index}]`), `${path}.tool_calls[${index}]`, beyond),
  );
  const legacy = asObject(message.function_call);
  if (legacy)
    calls.push(callOf(legacy, { id: `call_${path.replace(/\D/g, '')}`, path: `${path}.function_call`, seal: null }));
  // Sound that the model spoke before, by id.
  if (asObject(message.audio)) beyond[`${path}.audio`] = message.audio;
  const content = [
    ...readThoughts(message),
    ...said,
    ...(refusal === '' ? [] : [{ type: 'refusal' as const, text: refusal }]),
  ];
  return [...withMessageMark<Part>(content, message), ...calls];
}

function readCall(call: JsonObject, path: string, beyond: JsonObject): ToolCallPart[] {
  const described = asObject(call.function);
  if (described === null && call.type === 'custom') {
    beyond[path] = call;
    return [];
  }
  const seal = googleSeal(call);
  const id = optionalText(call, 'id', `${path}.id`);
  return [callOf(objectAt(call.function, `${path}.function`), { id, path: `${path}.function`, seal })];
}

function callOf(
  described: JsonObject,
  { id, path, seal }: { id: string; path: string; seal: Seal | null },
): ToolCallPart {
  const name = textAt(described.name, `${path}.name`);
  return { type: 'tool-call', id, name, arguments: argumentsText(described.arguments, ''), seal };
}

/** Where Google's own OpenAI-compatible endpoint puts it, and wants it back. */
export function googleSeal(call: JsonObject): Seal | null {
  const value = asText(asObject(asObject(call.extra_content)?.google)?.thought_signature);
  return value === '' ? null : { origin: 'gemini', kind: 'signature', value, id: '' };
}

/** `reasoning_content` (DeepSeek and most), `reasoning` (OpenRouter, vLLM), and OpenRouter's details, which seal it. */
function readThoughts(message: JsonObject): ReasoningPart[] {
  const details = objectsIn(message.reasoning_details);
  const text = asText(message.reasoning_content) || asText(message.reasoning) || textOfDetails(details);
  const value = details.length === 0 ? '' : JSON.stringify(message.reasoning_details);
  if (text === '' && value === '') return [];
  return [
    { type: 'reasoning', text, seal: value === '' ? null : { origin: 'openrouter', kind: 'details', value, id: '' } },
  ];
}

function lastCall(before: readonly Message[], name: string): string {
  const calls = before.flatMap(({ content }) => content.filter((part) => part.type === 'tool-call'));
  return calls.findLast((call) => call.name === name)?.id ?? '';
}
