// Small well-formed answers of each dialect, written for these tests.

export const chatRequest = (extra: object = {}): string =>
  JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hi' }], ...extra });

const chunk = (choices: object[], extra: object = {}): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18', choices, ...extra })}\n\n`;

export const chatUsageChunk = chunk([], {
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
});

/** The pieces of an OpenAI chat stream, with or without the usage chunk that an app has to ask for. */
export const chatStream = (withUsage: boolean): string[] => [
  chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  chunk([{ index: 0, delta: { content: 'Hé' }, finish_reason: null }]),
  chunk([{ index: 0, delta: { content: 'llo' }, finish_reason: null }]),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  ...(withUsage ? [chatUsageChunk] : []),
  'data: [DONE]\n\n',
];

export const chatAnswer = JSON.stringify({
  id: 'chatcmpl-2',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
});

const event = (name: string, data: object): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;

export const messagesStream: string[] = [
  event('message_start', {
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content: [],
      stop_reason: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  event('ping', {}),
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } }),
  event('content_block_stop', { index: 0 }),
  event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }),
  event('message_stop', {}),
];

export const geminiStream: string[] = [
  `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'Hel' }], role: 'model' } }], modelVersion: 'gemini-2.5-flash', responseId: 'r1' })}\r\n\r\n`,
  `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'lo' }], role: 'model' }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 6, totalTokenCount: 12 }, modelVersion: 'gemini-2.5-flash', responseId: 'r1' })}\r\n\r\n`,
];

export const responsesStream: string[] = [
  event('response.created', {
    sequence_number: 0,
    response: { id: 'resp_1', status: 'in_progress', model: 'gpt-4o-mini-2024-07-18' },
  }),
  event('response.output_text.delta', {
    sequence_number: 1,
    item_id: 'm',
    output_index: 0,
    content_index: 0,
    delta: 'Hello',
  }),
  event('response.completed', {
    sequence_number: 2,
    response: {
      id: 'resp_1',
      object: 'response',
      status: 'completed',
      model: 'gpt-4o-mini-2024-07-18',
      output: [
        {
          type: 'message',
          id: 'm',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello', annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 7,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 9,
      },
    },
  }),
];
