// POST /v1/messages: https://docs.anthropic.com/en/api/messages
import { asJsonText, asList, asObject, asRole, asText, type Json, media, noteOfAddress, text } from './reading.ts';
import type { Part, ReadTurns, Role, Turn } from './turn.ts';

export const readAnthropicMessages: ReadTurns = (body) => {
  const names = new Map<string, string>();
  const system = contentParts(body.system, names);
  const turns: Turn[] = system.length > 0 ? [{ role: 'system', parts: system }] : [];
  for (const each of asList(body.messages)) {
    const message = asObject(each);
    turns.push(...splitResults(asRole(message.role), contentParts(message.content, names)));
  }
  return turns;
};

/** Tool results travel inside user messages; they are not what the user said. */
function splitResults(role: Role, parts: Part[]): Turn[] {
  const results = parts.filter((part) => part.kind === 'result');
  if (role !== 'user' || results.length === 0) return [{ role, parts }];
  const said = parts.filter((part) => part.kind !== 'result');
  const tools: Turn = { role: 'tool', parts: results };
  return said.length > 0 ? [tools, { role, parts: said }] : [tools];
}

function contentParts(content: unknown, names: Map<string, string>): Part[] {
  if (typeof content === 'string') return text(content);
  return asList(content).map((each) => partOf(asObject(each), names));
}

function partOf(block: Json, names: Map<string, string>): Part {
  const type = asText(block.type);
  if (type === 'text') return { kind: 'text', text: asText(block.text) };
  if (type === 'thinking') return { kind: 'reasoning', text: asText(block.thinking) };
  if (type === 'redacted_thinking') return { kind: 'reasoning', text: '' };
  if (type.endsWith('tool_use')) {
    names.set(asText(block.id), asText(block.name));
    return { kind: 'call', name: asText(block.name), arguments: asJsonText(block.input) };
  }
  if (type.endsWith('tool_result')) {
    return { kind: 'result', name: names.get(asText(block.tool_use_id)) ?? '', text: resultText(block.content) };
  }
  if (type === 'image')
    return media('image', asObject(block.source).media_type ?? noteOfAddress(asObject(block.source).url));
  if (type === 'document') return media('file', block.title ?? asObject(block.source).media_type);
  return { kind: 'other', json: block };
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  const blocks = asList(content).map(asObject);
  const isText = blocks.length > 0 && blocks.every((block) => typeof block.text === 'string');
  return isText ? blocks.map((block) => asText(block.text)).join('\n') : asJsonText(content);
}
