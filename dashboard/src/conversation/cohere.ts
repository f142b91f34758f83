// POST /v2/chat, and /v1/chat with `message` and `chat_history`: https://docs.cohere.com/reference/chat
import { asJsonText, asList, asObject, asRole, asText, type Json, media, noteOfAddress, text } from './reading.ts';
import type { Part, ReadTurns, Turn } from './turn.ts';

export const readCohere: ReadTurns = (body) => {
  if (typeof body.message === 'string') return readFirstVersion(body, body.message);
  const names = new Map<string, string>();
  return asList(body.messages).map((message) => turnOf(asObject(message), names));
};

function readFirstVersion(body: Json, message: string): Turn[] {
  const history = asList(body.chat_history).map((each): Turn => {
    const said = asObject(each);
    return { role: asRole(said.role), parts: text(asText(said.message)) };
  });
  const system: Turn[] = typeof body.preamble === 'string' ? [{ role: 'system', parts: text(body.preamble) }] : [];
  return [...system, ...history, { role: 'user', parts: text(message) }];
}

function turnOf(message: Json, names: Map<string, string>): Turn {
  const role = asRole(message.role);
  if (role === 'tool') {
    const name = names.get(asText(message.tool_call_id)) ?? '';
    return { role, parts: [{ kind: 'result', name, text: resultText(message.content) }] };
  }
  const plan = asText(message.tool_plan);
  const parts: Part[] = plan ? [{ kind: 'reasoning', text: plan }] : [];
  parts.push(...contentParts(message.content));
  for (const each of asList(message.tool_calls)) {
    const call = asObject(each);
    const called = asObject(call.function);
    names.set(asText(call.id), asText(called.name));
    parts.push({ kind: 'call', name: asText(called.name), arguments: asJsonText(called.arguments) });
  }
  return { role, parts };
}

function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return text(content);
  return asList(content).map((each): Part => {
    const part = asObject(each);
    if (typeof part.text === 'string') return { kind: 'text', text: part.text };
    if (part.type === 'thinking') return { kind: 'reasoning', text: asText(part.thinking) };
    if (part.type === 'image_url') return media('image', noteOfAddress(asObject(part.image_url).url));
    return { kind: 'other', json: each };
  });
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  const lines = asList(content).map((part) => {
    const document = asObject(asObject(part).document);
    return document.data === undefined ? asText(asObject(part).text) || asJsonText(part) : asJsonText(document.data);
  });
  return lines.join('\n');
}
