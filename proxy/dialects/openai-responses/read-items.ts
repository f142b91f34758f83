// Reads the input of a /responses request: items in a row, of which those that one turn of the assistant consists of (its
// thoughts, words and calls), and the results of tools after it, become one message each.
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../neutral/request.ts';
import { listAt, objectAt, optionalText, refuse, textAt } from '../openai/expected.ts';
import { argumentsText, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { type ContentPart, readParts } from './read-parts.ts';

export function readInput(input: unknown, beyond: JsonObject): Message[] {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }], name: '' }];
  const messages: Message[] = [];
  listAt(input, 'input').forEach((entry, index) => {
    const path = `input[${index}]`;
    const item = objectAt(entry, path);
    const message = readItem(item, path, beyond);
    if (message === null) beyond[path] = item;
    else append(messages, message);
  });
  return messages;
}

function append(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  const joins = message.role === 'assistant' || message.role === 'tool';
  if (joins && last?.role === message.role) last.content.push(...message.content);
  else messages.push(message);
}

/** Null for items that nobody else can hold: references, and calls of tools that run at the provider. */
function readItem(item: JsonObject, path: string, beyond: JsonObject): Message | null {
  switch (item.type ?? (item.role === undefined ? 'item_reference' : 'message')) {
    case 'message':
      return readMessage(item, path, beyond);
    case 'reasoning':
      return assistant([readThought(item)]);
    case 'function_call':
      return assistant([readCall(item, path, argumentsText(item.arguments, ''))]);
    case 'custom_tool_call':
      // Free text instead of arguments. Elsewhere arguments are an object, so the text becomes a field of one.
      return assistant([readCall(item, path, JSON.stringify({ input: asText(item.input) }))]);
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'tool', content: [readResult(item, path, beyond)], name: '' };
    default:
      return null;
  }
}

const assistant = (content: Part[]): Message => ({ role: 'assistant', content, name: '' });

function readMessage(item: JsonObject, path: string, beyond: JsonObject): Message {
  const content: Part[] = readParts(item.content, `${path}.content`, beyond);
  // Whether it was commentary or the final answer; nobody else asks for that.
  if (typeof item.phase === 'string') beyond[`${path}.phase`] = item.phase;
  switch (item.role) {
    case 'user':
      return { role: 'user', content, name: '' };
    case 'assistant':
      return assistant(content);
    case 'system':
    case 'developer':
      return { role: 'system', content, name: '' };
    default:
      return refuse(`${path}.role`, 'user, assistant, system or developer', item.role);
  }
}

/** The summary is what a client may show; where there is none, the thought itself (DeepSeek, open models). */
function readThought(item: JsonObject): ReasoningPart {
  const textOf = (parts: unknown): string =>
    objectsIn(parts)
      .map((part) => asText(part.text))
      .filter((text) => text !== '')
      .join('\n\n');
  const value = asText(item.encrypted_content);
  const seal = value === '' ? null : ({ origin: 'openai', kind: 'encrypted', value, id: asText(item.id) } as const);
  return { type: 'reasoning', text: textOf(item.summary) || textOf(item.content), seal };
}

function readCall(item: JsonObject, path: string, text: string): ToolCallPart {
  const id = textAt(item.call_id, `${path}.call_id`);
  return { type: 'tool-call', id, name: textAt(item.name, `${path}.name`), arguments: text, seal: null };
}

function readResult(item: JsonObject, path: string, beyond: JsonObject): ToolResultPart {
  const output = item.output === '' ? [] : item.output;
  const parts = readParts(output, `${path}.output`, beyond);
  return {
    type: 'tool-result',
    callId: textAt(item.call_id, `${path}.call_id`),
    name: optionalText(item, 'name', `${path}.name`),
    content: parts.filter(isResultPart),
    failed: false,
  };
}

type ResultPart = ToolResultPart['content'][number];

const isResultPart = (part: ContentPart): part is ResultPart =>
  part.type === 'text' || part.type === 'image' || part.type === 'file';
