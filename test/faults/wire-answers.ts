// "Hello" as each provider says it, in pieces: what opens a stream, what carries the text, what closes it; and how it refuses.
import type { DialectName } from '../../contract/words.ts';
import { chatAnswer, chatStream, messagesStream, responsesStream } from '../support/wire-samples.ts';

export interface WireAnswer {
  whole: string;
  /** Nothing but life-cycle events; '' where the format has none. */
  opening: string;
  /** "Hel". */
  content: string;
  /** "lo" and everything that ends the stream. */
  rest: string;
  /** A refusal, as a body and inside a stream. */
  refusal: string;
  refusalEvent: string;
}

export type Wire = Extract<
  DialectName,
  'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'cohere'
>;

const data = (json: object): string => `data: ${JSON.stringify(json)}\n\n`;
const event = (json: { type: string } & object): string => `event: ${json.type}\n${data(json)}`;
const refusal = { error: { message: 'something broke', type: 'server_error', code: null, param: null } };
const anthropicError = { type: 'error', error: { type: 'api_error', message: 'something broke' } };
const geminiError = { error: { code: 500, message: 'something broke', status: 'INTERNAL' } };

const [chatOpening, , , ...chatEnd] = chatStream(true) as [string, ...string[]];
const chatText = (content: string): string =>
  data({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18' },
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });

const responsesDelta = (delta: string): string =>
  event({
    type: 'response.output_text.delta',
    ...{ sequence_number: 1, item_id: 'm', output_index: 0, content_index: 0, delta },
  });
const response = JSON.parse((responsesStream[2] as string).split('data: ')[1] as string).response;

const messagesDelta = (text: string): string =>
  event({ type: 'content_block_delta', ...{ index: 0, delta: { type: 'text_delta', text } } });
const message = {
  ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_reason: 'end_turn' },
  ...{ stop_sequence: null, content: [{ type: 'text', text: 'Hello' }], usage: { input_tokens: 10, output_tokens: 5 } },
};

const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 };
const geminiSays = (text: string, extra: object = {}, finish: object = {}): object => ({
  ...{ candidates: [{ content: { parts: [{ text }], role: 'model' }, ...extra }], modelVersion: 'gemini-2.5-flash' },
  ...finish,
});

const cohereUsage = {
  billed_units: { input_tokens: 3, output_tokens: 1 },
  tokens: { input_tokens: 8, output_tokens: 1 },
};
const cohereDelta = (text: string): string =>
  event({ type: 'content-delta', ...{ index: 0, delta: { message: { content: { text } } } } });

export const wireAnswers: Record<Wire, WireAnswer> = {
  'openai-chat': {
    ...{ whole: chatAnswer, opening: chatOpening, content: chatText('Hel'), rest: chatText('lo') + chatEnd.join('') },
    ...{ refusal: JSON.stringify(refusal), refusalEvent: data(refusal) },
  },
  'openai-responses': {
    whole: JSON.stringify(response),
    opening: responsesStream[0] as string,
    content: responsesDelta('Hel'),
    rest: responsesDelta('lo') + responsesStream[2],
    refusal: JSON.stringify(refusal),
    refusalEvent: event({ type: 'error', ...{ code: 'server_error', message: 'something broke', sequence_number: 2 } }),
  },
  'anthropic-messages': {
    whole: JSON.stringify(message),
    opening: messagesStream.slice(0, 3).join(''),
    content: messagesDelta('Hel'),
    rest: messagesDelta('lo') + messagesStream.slice(4).join(''),
    refusal: JSON.stringify(anthropicError),
    refusalEvent: event(anthropicError),
  },
  gemini: {
    whole: JSON.stringify(geminiSays('Hello', { finishReason: 'STOP' }, { usageMetadata })),
    opening: '',
    content: data(geminiSays('Hel')),
    rest: data(geminiSays('lo', { finishReason: 'STOP' }, { usageMetadata })),
    refusal: JSON.stringify(geminiError),
    refusalEvent: data(geminiError),
  },
  cohere: {
    whole: JSON.stringify({
      ...{ id: 'c1', finish_reason: 'COMPLETE', usage: cohereUsage },
      message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
    }),
    opening:
      event({ type: 'message-start', ...{ id: 'c1', delta: { message: { role: 'assistant' } } } }) +
      event({ type: 'content-start', ...{ index: 0, delta: { message: { content: { type: 'text', text: '' } } } } }),
    content: cohereDelta('Hel'),
    rest:
      cohereDelta('lo') +
      event({ type: 'content-end', ...{ index: 0 } }) +
      event({ type: 'message-end', ...{ delta: { finish_reason: 'COMPLETE', usage: cohereUsage } } }),
    refusal: JSON.stringify({ id: 'c1', message: 'something broke' }),
    refusalEvent: event({ type: 'error', ...{ message: 'something broke', error: 'something broke' } }),
  },
};
