// Invented request bodies in every dialect, for the dashboard's tests.
import type { DialectName } from '../../contract/words.ts';

export const answerText =
  'I looked into the two charges of 14 October.\n\n1. **$49.00** is the monthly renewal of the Team plan.\n2. **$12.00** is the extra seat added for [EMAIL] on 3 October.\n\nBoth are correct, so nothing will be refunded automatically. If the seat was added by mistake, you can remove it under Settings, Members:\n\n```bash\ncurl -X DELETE https://api.example.com/v1/seats/42\n```\n\nThe change takes effect with the next invoice.';

const system =
  'You are the support assistant of a small software company. Answer briefly and kindly, never promise refunds, and look charges up before you speak about them.';
const toolArguments = { account: 'acct_4711', month: '2026-10', include: ['renewals', 'add-ons'] };
const toolResult = {
  charges: [
    { amount: 49, kind: 'renewal' },
    { amount: 12, kind: 'seat', member: '[EMAIL]' },
  ],
};

/** Nano-dollars per million tokens, [input, output]; null for what has no price. */
export function pricesOf(model: string): [number, number] | null {
  const prices: Record<string, [number, number]> = {
    'gpt-5.6-luna': [2.5e9, 15e9],
    'claude-opus-5': [5e9, 25e9],
    'gpt-5.6-mini': [0.25e9, 2e9],
    'gemini-3-flash': [0.3e9, 2.5e9],
    'mistral-large-3': [2e9, 6e9],
    'command-a-03-2025': [2.5e9, 10e9],
  };
  return prices[model] ?? null;
}

export function requestBodyFor(dialect: DialectName, model: string, question: string): unknown {
  const make = bodies[dialect] ?? bodies['openai-chat']!;
  return { model, ...make(question), temperature: 0.2 };
}

const bodies: Partial<Record<DialectName, (question: string) => object>> = {
  'openai-chat': (question) => ({
    stream: true,
    messages: [
      { role: 'system', content: system },
      {
        role: 'user',
        content: [
          { type: 'text', text: question },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'look_up_charges', arguments: JSON.stringify(toolArguments) },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: JSON.stringify(toolResult) },
    ],
  }),
  'openai-responses': (question) => ({
    instructions: system,
    input: [
      { role: 'user', content: [{ type: 'input_text', text: question }] },
      { type: 'function_call', call_id: 'call_1', name: 'look_up_charges', arguments: JSON.stringify(toolArguments) },
      { type: 'function_call_output', call_id: 'call_1', output: JSON.stringify(toolResult) },
    ],
  }),
  'anthropic-messages': (question) => ({
    max_tokens: 1024,
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: question },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me look that up.' },
          { type: 'tool_use', id: 'toolu_1', name: 'look_up_charges', input: toolArguments },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'toolu_1',
            content: [{ type: 'text', text: JSON.stringify(toolResult) }],
          },
        ],
      },
    ],
  }),
  gemini: (question) => ({
    systemInstruction: { parts: [{ text: system }] },
    contents: [
      { role: 'user', parts: [{ text: question }] },
      { role: 'model', parts: [{ functionCall: { name: 'look_up_charges', args: toolArguments } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'look_up_charges', response: toolResult } }] },
    ],
  }),
  cohere: (question) => ({
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: question },
      {
        role: 'assistant',
        tool_plan: 'I will look up the charges.',
        tool_calls: [
          {
            id: 'call_1',
            type: 'function',
            function: { name: 'look_up_charges', arguments: JSON.stringify(toolArguments) },
          },
        ],
      },
      {
        role: 'tool',
        tool_call_id: 'call_1',
        content: [{ type: 'document', document: { data: JSON.stringify(toolResult) } }],
      },
    ],
  }),
};
