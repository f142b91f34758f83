// The messages of a conversation as /api/chat takes them: text beside a list of pictures, arguments as objects, results under
// the name of their tool. https://github.com/ollama/ollama/blob/main/docs/api.md
import type { Message, Part } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import { type JsonObject, parseObject } from '../reading/json-reading.ts';

/** `unsupported` gets what has no place in them. */
export function writeMessages(messages: readonly Message[], unsupported: Unsupported[]): JsonObject[] {
  const names = new Map<string, string>();
  return messages.flatMap((message, index): JsonObject[] => {
    const note: Note = (part, reason, changesAnswer = true) => {
      unsupported.push({ field: `messages[${index}].content[${part}]`, changesAnswer, reason });
    };
    if (message.role === 'assistant') {
      for (const part of message.content) if (part.type === 'tool-call') names.set(part.id, part.name);
      return assistant(message.content, note);
    }
    if (message.role === 'tool') return message.content.flatMap((part, at) => toolResult(part, at, names, note));
    return [{ role: message.role, ...spoken(message.content, note) }];
  });
}

type Note = (part: number, reason: string, changesAnswer?: boolean) => void;

function spoken(parts: readonly Part[], note: Note): { content: string; images?: string[] } {
  const texts: string[] = [];
  const images: string[] = [];
  parts.forEach((part, index) => {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part.text);
    else if (part.type === 'image' && part.source.kind === 'data') images.push(part.source.data);
    else if (part.type === 'image') note(index, 'Ollama takes images as bytes, not by address');
    else if (part.type === 'audio' || part.type === 'file') note(index, `Ollama takes no ${part.type}`);
  });
  return { content: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}

/** Templates of thinking models want the thoughts between a question and its calls; those of other turns they leave out. */
function assistant(parts: readonly Part[], note: Note): JsonObject[] {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  const thoughts = parts.flatMap((part) => (part.type === 'reasoning' && part.seal === null ? [part.text] : []));
  const said = spoken(parts, note);
  if (calls.length === 0) return said.content === '' && !said.images ? [] : [{ role: 'assistant', ...said }];
  const made = calls.map(({ name, arguments: text }) => ({ function: { name, arguments: parseObject(text) ?? {} } }));
  const thinking = thoughts.length === 0 ? {} : { thinking: thoughts.join('\n\n') };
  return [{ role: 'assistant', ...said, ...thinking, tool_calls: made }];
}

function toolResult(part: Part, index: number, names: ReadonlyMap<string, string>, note: Note): JsonObject[] {
  if (part.type !== 'tool-result') return [];
  if (part.failed) note(index, 'Ollama has no mark of a failed tool', false);
  const name = part.name || (names.get(part.callId) ?? '');
  const said = spoken(part.content, (_, reason) => note(index, reason));
  return [{ role: 'tool', ...said, ...(name === '' ? {} : { tool_name: name }) }];
}
