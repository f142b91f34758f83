// POST /v1/chat/completions: https://platform.openai.com/docs/api-reference/chat/create
import { asJsonText, asList, asObject, asRole, asText, type Json, media, noteOfAddress, text } from './reading.ts';
import type { Part, ReadTurns, Turn } from './turn.ts';

export const readOpenaiChat: ReadTurns = (body) => {
  const names = new Map<string, string>();
  if (typeof body.prompt === 'string') return [{ role: 'user', parts: text(body.prompt) }];
  return asList(body.messages).map((message) => turnOf(asObject(message), names));
};

function turnOf(message: Json, names: Map<string, string>): Turn {
  const role = asRole(message.role);
  if (role === 'tool') {
    const name = names.get(asText(message.tool_call_id)) ?? asText(message.name);
    return { role, parts: [{ kind: 'result', name, text: contentText(message.content) }] };
  }
  const reasoning = asText(message.reasoning_content) || asText(message.reasoning);
  const parts: Part[] = reasoning ? [{ kind: 'reasoning', text: reasoning }] : [];
  parts.push(...contentParts(message.content), ...text(asText(message.refusal)));
  const calls = message.function_call ? [{ function: message.function_call }] : [];
  for (const each of [...asList(message.tool_calls), ...calls]) {
    const call = asObject(each);
    const called = asObject(call.function ?? call.custom);
    names.set(asText(call.id), asText(called.name));
    parts.push({ kind: 'call', name: asText(called.name), arguments: asJsonText(called.arguments ?? called.input) });
  }
  return { role, parts };
}

function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return text(content);
  return asList(content).map((each): Part => {
    const part = asObject(each);
    if (typeof each === 'string') return { kind: 'text', text: each };
    if (typeof part.text === 'string') return { kind: 'text', text: part.text };
    if (typeof part.refusal === 'string') return { kind: 'text', text: part.refusal };
    // Mistral writes image_url as a plain string.
    if (part.type === 'image_url') return media('image', noteOfAddress(asObject(part.image_url).url ?? part.image_url));
    if (part.type === 'input_audio') return media('audio', asObject(part.input_audio).format);
    if (part.type === 'video_url') return media('video', noteOfAddress(asObject(part.video_url).url));
    if (part.type === 'file') return media('file', asObject(part.file).filename);
    return { kind: 'other', json: each };
  });
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = asList(content).map((part) => asObject(part).text);
  return texts.length > 0 && texts.every((each) => typeof each === 'string')
    ? texts.join('\n')
    : asJsonText(content ?? '');
}
