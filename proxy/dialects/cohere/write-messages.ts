// The messages of a conversation as /v2/chat takes them. https://docs.cohere.com/v2/reference/chat
import type { ImagePart, Message, Part } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';

/** `unsupported` gets what has no place in them. */
export function writeMessages(messages: readonly Message[], unsupported: Unsupported[]): JsonObject[] {
  return messages.flatMap((message, index): JsonObject[] => {
    const note = (part: number, what: string, changesAnswer = true): void => {
      unsupported.push({
        field: `messages[${index}].content[${part}]`,
        changesAnswer,
        reason: `Cohere takes no ${what} here`,
      });
    };
    if (message.role === 'assistant') return assistant(message.content, note);
    if (message.role === 'tool') return message.content.flatMap((part, at) => toolResult(part, at, note));
    return [{ role: message.role, content: contentOf(message.content, message.role === 'user', note) }];
  });
}

type Note = (part: number, what: string, changesAnswer?: boolean) => void;

/** Plain text where there is nothing else, which every model takes. */
function contentOf(parts: readonly Part[], mayShow: boolean, note: Note): string | JsonObject[] {
  const blocks = parts.flatMap((part, index): JsonObject[] => {
    if (part.type === 'text' || part.type === 'refusal') return [{ type: 'text', text: part.text }];
    if (part.type === 'image' && mayShow && part.source.kind !== 'id') return [imageBlock(part, part.source)];
    if (part.type !== 'reasoning' && part.type !== 'tool-call') note(index, part.type);
    return [];
  });
  if (blocks.length > 1 || blocks[0]?.type === 'image_url') return blocks;
  return (blocks[0]?.text as string | undefined) ?? '';
}

function imageBlock(part: ImagePart, source: Exclude<ImagePart['source'], { kind: 'id' }>): JsonObject {
  const url = source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
  return { type: 'image_url', image_url: { url, ...(part.detail === '' ? {} : { detail: part.detail }) } };
}

/** Thoughts go back as the plan of the calls they led to; those of other providers, which are sealed, stay away. */
function assistant(parts: readonly Part[], note: Note): JsonObject[] {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  const plan = parts.flatMap((part) => (part.type === 'reasoning' && part.seal === null ? [part.text] : []));
  const content = contentOf(parts, false, note);
  if (calls.length === 0) return content === '' ? [] : [{ role: 'assistant', content }];
  return [
    {
      role: 'assistant',
      ...(plan.length === 0 ? {} : { tool_plan: plan.join('\n\n') }),
      ...(content === '' ? {} : { content }),
      tool_calls: calls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments === '' ? '{}' : call.arguments },
      })),
    },
  ];
}

function toolResult(part: Part, index: number, note: Note): JsonObject[] {
  if (part.type !== 'tool-result') return [];
  if (part.failed) note(index, 'mark of a failed tool', false);
  const content = contentOf(part.content, false, (_, what) => note(index, `${what} in a tool result`));
  return [{ role: 'tool', tool_call_id: part.callId, content }];
}
