// One answer of about 1 KB, whole and as a stream of 200 pieces, as providers of three formats give it.

export const pieces = 200;
const sentence = 'Pack light jackets, and take the boat early. ';
const text = sentence.repeat(18).trim();

const chatUsage = {
  prompt_tokens: 512,
  completion_tokens: 190,
  total_tokens: 702,
  prompt_tokens_details: { cached_tokens: 128 },
};
const anthropicUsage = {
  input_tokens: 384,
  cache_read_input_tokens: 128,
  cache_creation_input_tokens: 0,
  output_tokens: 190,
};
const geminiUsage = {
  ...{ promptTokenCount: 512, cachedContentTokenCount: 128, candidatesTokenCount: 190, totalTokenCount: 702 },
};

interface Answers {
  whole: unknown;
  /** As SSE text, one event a piece but for the first and the last few. */
  stream(): string[];
}

const sse = (data: unknown, name = ''): string => `${name && `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
const word = (at: number): string => ` word-${at}`;
const words = Array.from({ length: pieces }, (_, at) => word(at));

const chatChunk = (choice: object | null, usage: object | null = null) => ({
  ...{
    id: 'chatcmpl-Bx0123456789',
    object: 'chat.completion.chunk',
    created: 1_767_225_600,
    model: 'gpt-4.1-2025-04-14',
  },
  ...{ service_tier: 'default', system_fingerprint: 'fp_0123456789' },
  choices: choice ? [{ index: 0, logprobs: null, finish_reason: null, ...choice }] : [],
  ...{ usage, obfuscation: 'aB3dEf' },
});

const chat: Answers = {
  whole: {
    ...{ id: 'chatcmpl-Bx0123456789', object: 'chat.completion', created: 1_767_225_600, model: 'gpt-4.1-2025-04-14' },
    choices: [
      { index: 0, message: { role: 'assistant', content: text, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: chatUsage,
  },
  stream: () => [
    sse(chatChunk({ delta: { role: 'assistant', content: '', refusal: null } })),
    ...words.map((content) => sse(chatChunk({ delta: { content } }))),
    sse(chatChunk({ delta: {}, finish_reason: 'stop' })),
    sse(chatChunk(null, chatUsage)),
    'data: [DONE]\n\n',
  ],
};

const message = {
  id: 'msg_01AbCdEfGhIjKlMnOpQrStUv',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
};
const named = (data: { type: string; [field: string]: unknown }): string => sse(data, data.type);
const anthropic: Answers = {
  whole: {
    ...{ ...message, content: [{ type: 'text', text }], stop_reason: 'end_turn', stop_sequence: null },
    usage: anthropicUsage,
  },
  stream: () => [
    named({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: anthropicUsage } }),
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...words.map((said) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: said } })),
    named({ type: 'content_block_stop', index: 0 }),
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 190 } }),
    named({ type: 'message_stop' }),
  ],
};

const candidate = (said: string, more: object = {}) => ({
  candidates: [{ content: { parts: [{ text: said }], role: 'model' }, index: 0, ...more }],
  ...{ usageMetadata: geminiUsage, modelVersion: 'gemini-2.5-flash', responseId: 'AbCdEfGhIjKlMn' },
});
const gemini: Answers = {
  whole: candidate(text, { finishReason: 'STOP' }),
  stream: () => [...words.map((said) => sse(candidate(said))), sse(candidate('', { finishReason: 'STOP' }))],
};

const answers = { 'openai-chat': chat, 'anthropic-messages': anthropic, gemini };
export type ProviderName = keyof typeof answers;

export const wholeAnswer = (provider: ProviderName): Buffer => Buffer.from(JSON.stringify(answers[provider].whole));
export const streamedAnswer = (provider: ProviderName): Buffer[] =>
  answers[provider].stream().map((event) => Buffer.from(event));
