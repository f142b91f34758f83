// Writes the messages of a chat request, each provider's wishes about ids, order and thoughts included.
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { cacheControl, writeContent } from './part-writer.ts';
import type { RequestSheet } from './request-sheet.ts';
import { toolCallIds } from './tool-call-ids.ts';

export function writeMessages(messages: readonly Message[], sheet: RequestSheet): JsonObject[] {
  const idOf = idMap(messages, sheet.quirks.toolCallId);
  const written = messages.flatMap((message, index) => {
    const path = `messages[${index}].content`;
    switch (message.role) {
      case 'tool':
        return message.content.flatMap((part, at) =>
          part.type === 'tool-result' ? [writeResult(part, `${path}[${at}]`, { idOf, sheet })] : [],
        );
      case 'assistant':
        return writeAssistant(message, path, { idOf, sheet });
      default:
        return [{ role: message.role, content: writeContent(message.content, path, sheet), ...nameOf(message, sheet) }];
    }
  });
  return sheet.quirks.strictOrder ? inStrictOrder(written) : written;
}

type IdOf = (id: string) => string;
interface Writing {
  idOf: IdOf;
  sheet: RequestSheet;
}

function idMap(messages: readonly Message[], pattern: string | undefined): IdOf {
  if (pattern === undefined) return (id) => id;
  const ids = messages.flatMap(({ content }) => content.flatMap((part) => idIn(part)));
  const substitutes = toolCallIds(pattern, ids);
  return (id) => substitutes?.get(id) ?? id;
}

function idIn(part: Part): string[] {
  if (part.type === 'tool-call') return [part.id];
  return part.type === 'tool-result' ? [part.callId] : [];
}

function nameOf({ name }: Message, sheet: RequestSheet): JsonObject {
  if (name === '') return {};
  return sheet.takesField('messages.name', 'messages') ? { name } : {};
}

function writeResult(result: ToolResultPart, path: string, { idOf, sheet }: Writing): JsonObject {
  const texts: string[] = [];
  for (const part of result.content) {
    if (part.type === 'text') texts.push(part.text);
    else sheet.cannot(path, `the chat format takes no ${part.type} in a tool's result`, true);
  }
  if (result.failed) sheet.cannot(path, 'the chat format cannot say that a tool failed', false);
  // Parts would be allowed by OpenAI; a string is understood by all who speak the format.
  const text = texts.join('\n');
  const mark = cacheControl(result, path, sheet);
  const content = mark.cache_control === undefined ? text : [{ type: 'text', text, ...mark }];
  return { role: 'tool', tool_call_id: idOf(result.callId), content };
}

/** Nothing at all where nothing is left to say: an empty turn is refused. */
function writeAssistant(message: Message, path: string, writing: Writing): JsonObject[] {
  const { sheet } = writing;
  const calls = message.content.filter((part) => part.type === 'tool-call');
  const refusal = message.content.map((part) => (part.type === 'refusal' ? part.text : '')).join('');
  const refuses = refusal !== '' && !sheet.refuses('messages.refusal');
  const said = message.content.flatMap((part): Part[] => {
    if (part.type === 'refusal' && !refuses) return [{ type: 'text', text: part.text }];
    return part.type === 'text' ? [part] : [];
  });
  const content = writeContent(said, path, sheet);
  const thoughts = writeThoughts(message.content, calls.length > 0, sheet);
  if (content === '' && !refuses && calls.length === 0 && thoughts === null) return [];
  return [
    {
      role: 'assistant',
      content: content === '' && (calls.length > 0 || refuses) ? null : content,
      ...(refuses ? { refusal } : {}),
      ...thoughts,
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => writeCall(call, writing)) }),
      ...nameOf(message, sheet),
    },
  ];
}

function writeCall(call: ToolCallPart, { idOf, sheet }: Writing): JsonObject {
  const sealed = call.seal?.origin === 'gemini' && sheet.takes('thought_signature');
  return {
    id: idOf(call.id),
    type: 'function',
    function: { name: call.name, arguments: call.arguments || '{}' },
    ...(sealed ? { extra_content: { google: { thought_signature: call.seal?.value } } } : {}),
  };
}

/** Thoughts go back under a seal of this provider's kind, or in plain where it asks for them; else they are dropped. */
function writeThoughts(content: readonly Part[], calls: boolean, sheet: RequestSheet): JsonObject | null {
  const thoughts = content.filter((part): part is ReasoningPart => part.type === 'reasoning');
  const text = thoughts
    .map((thought) => thought.text)
    .filter((said) => said !== '')
    .join('\n\n');
  const details = sheet.takes('reasoning_details') ? detailsOf(thoughts) : [];
  if (details.length > 0) return { reasoning_details: details };
  const field = sheet.quirks.reasoningBack;
  if (field === undefined) return null;
  if (text !== '') return { [field]: text };
  // Beside calls DeepSeek refuses the request without the field; thoughts it never had are an empty text.
  return calls && field === 'reasoning_content' ? { [field]: '' } : null;
}

function detailsOf(thoughts: readonly ReasoningPart[]): unknown[] {
  return thoughts.flatMap(({ seal }) => {
    if (seal?.origin !== 'openrouter' || seal.kind !== 'details') return [];
    try {
      const details: unknown = JSON.parse(seal.value);
      return Array.isArray(details) ? details : [];
    } catch {
      return [];
    }
  });
}

/** Mistral's order: system messages first, and after results the assistant's word, whatever it be. */
function inStrictOrder(messages: readonly JsonObject[]): JsonObject[] {
  const instructions = messages.filter((message) => message.role === 'system');
  const others = messages.filter((message) => message.role !== 'system');
  const spoken = others.flatMap((message, index) => {
    const interrupts = message.role === 'user' && others[index - 1]?.role === 'tool';
    return interrupts ? [{ role: 'assistant', content: 'OK.' }, message] : [message];
  });
  return [...instructions, ...spoken];
}
