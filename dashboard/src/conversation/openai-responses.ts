// POST /v1/responses: https://platform.openai.com/docs/api-reference/responses/create
import { asJsonText, asList, asObject, asRole, asText, type Json, media, noteOfAddress, text } from './reading.ts';
import type { Part, ReadTurns, Turn } from './turn.ts';

export const readOpenaiResponses: ReadTurns = (body) => {
  const turns: Turn[] = [];
  if (typeof body.instructions === 'string') turns.push({ role: 'system', parts: text(body.instructions) });
  if (typeof body.input === 'string') return [...turns, { role: 'user', parts: text(body.input) }];
  const names = new Map<string, string>();
  return [...turns, ...asList(body.input).map((item) => turnOf(asObject(item), names))];
};

function turnOf(item: Json, names: Map<string, string>): Turn {
  const type = asText(item.type);
  if (item.role !== undefined) return { role: asRole(item.role), parts: contentParts(item.content) };
  if (type.endsWith('_call_output')) {
    const name = names.get(asText(item.call_id)) ?? '';
    return { role: 'tool', parts: [{ kind: 'result', name, text: asJsonText(item.output) }] };
  }
  if (type.endsWith('_call')) {
    const name = asText(item.name) || type;
    names.set(asText(item.call_id), name);
    return {
      role: 'assistant',
      parts: [{ kind: 'call', name, arguments: asJsonText(item.arguments ?? item.input ?? item.action) }],
    };
  }
  if (type === 'reasoning') return { role: 'assistant', parts: reasoningParts(item) };
  return { role: 'other', parts: [{ kind: 'other', json: item }] };
}

/** Encrypted reasoning has no text; it is shown as present. */
function reasoningParts(item: Json): Part[] {
  const lines = [...asList(item.summary), ...asList(item.content)].map((part) => asText(asObject(part).text));
  return [{ kind: 'reasoning', text: lines.filter(Boolean).join('\n\n') }];
}

function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return text(content);
  return asList(content).map((each): Part => {
    const part = asObject(each);
    if (typeof part.text === 'string') return { kind: 'text', text: part.text };
    if (typeof part.refusal === 'string') return { kind: 'text', text: part.refusal };
    if (part.type === 'input_image') return media('image', noteOfAddress(part.image_url) || part.file_id);
    if (part.type === 'input_file') return media('file', part.filename ?? part.file_id ?? noteOfAddress(part.file_url));
    if (part.type === 'input_audio') return media('audio', asObject(part.input_audio).format);
    return { kind: 'other', json: each };
  });
}
