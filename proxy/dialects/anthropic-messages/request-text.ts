// The text of a request to /v1/messages, for previews and token estimates.
import { asObject, asText, objectsIn } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';

export function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    // A user message that only carries tool results is nobody's question.
    text: spokenText(message.content),
    rest: lines(...objectsIn(message.content).map((block) => unspokenText(block))),
  }));
  const spoken = collect(messages, textOf(body.system ?? []), jsonText(body.tools));
  return { lastUser: spoken.lastUser, all: lines(spoken.all, ...messages.map((message) => message.rest)) };
}

function spokenText(content: unknown): string {
  if (typeof content === 'string') return content;
  return lines(...objectsIn(content).map((block) => (block.type === 'text' ? asText(block.text) : '')));
}

function unspokenText(block: Record<string, unknown>): string {
  if (block.type === 'tool_use') return jsonText(block.input);
  return block.type === 'text' ? '' : textOf(block);
}
