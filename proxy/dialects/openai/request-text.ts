// The text of requests to OpenAI's chat, completions, responses and embeddings.
import { asArray, asObject, asText, objectsIn } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';

export function chatRequestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  if (!('messages' in body) && 'prompt' in body) {
    const prompt = textOf(body.prompt);
    return { lastUser: prompt, all: lines(prompt, asText(body.suffix)) };
  }
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    text: lines(textOf(message.content), jsonText(message.tool_calls ?? message.function_call)),
  }));
  return collect(messages, jsonText(body.tools ?? body.functions), jsonText(body.response_format));
}

export function responsesRequestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const around = [asText(body.instructions), jsonText(body.tools)];
  if (typeof body.input === 'string') return { lastUser: body.input, all: lines(...around, body.input) };
  const messages = objectsIn(body.input).map((item) => ({
    role: roleOf(item),
    text: lines(textOf(item.content ?? item.output ?? []), asText(item.arguments)),
  }));
  return collect(messages, ...around);
}

/** Input is text, several texts, or token numbers, which are no text. */
export function embeddingsRequestText(json: unknown): RequestText {
  const input = asObject(json)?.input;
  const texts = typeof input === 'string' ? [input] : asArray(input).map(textOf);
  return { lastUser: texts.findLast((text) => text !== '') ?? '', all: lines(...texts) };
}
