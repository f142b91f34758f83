// One conversation of about 2 KB with a tool round, as clients of three formats say it.

const parameters = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Name of the city, in the language of the user.' },
    days: { type: 'integer', minimum: 1, maximum: 10, description: 'How many days ahead.' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
  },
  required: ['city'],
};
const description =
  'Tells the weather of a city for the coming days, with wind and rain, as the weather service has it.';
const system =
  'You are the assistant of a travel agency. Answer in two sentences, in the language of the question. Never promise a price, ' +
  'never speak of other agencies, and say so when the tools do not tell what was asked. Dates are written as 3 May 2026.';
const question =
  'We are going to Lisbon with two small children on Friday and come back on Tuesday. What should we pack, and is it worth taking ' +
  'the boat to the other side of the river on Sunday, or will it be too windy for them?';
const call = { city: 'Lisbon', days: 5, unit: 'celsius' };
const result = JSON.stringify({
  days: [
    ...['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04', '2026-05-05'].map((date, at) => ({
      ...{ date, high: 21 + at, low: 13 + at, rain: at / 10, wind: 12 + 3 * at },
    })),
  ],
});
const follow = 'And if it rains on Sunday after all, what else could we do nearby with the children for an afternoon?';
const callId = 'call_0a1B2c3D4e5F6g7H8i9J0k1L';

const chat = {
  model: 'm',
  messages: [
    { role: 'system', content: system },
    { role: 'user', content: question },
    {
      role: 'assistant',
      content: 'Let me look at the forecast.',
      tool_calls: [{ id: callId, type: 'function', function: { name: 'weather', arguments: JSON.stringify(call) } }],
    },
    { role: 'tool', tool_call_id: callId, content: result },
    { role: 'user', content: follow },
  ],
  tools: [{ type: 'function', function: { name: 'weather', description, parameters } }],
  ...{ tool_choice: 'auto', temperature: 0.3, max_tokens: 800, user: 'family-17' },
};

const messages = {
  ...{ model: 'm', max_tokens: 800, temperature: 0.3, system, metadata: { user_id: 'family-17' } },
  messages: [
    { role: 'user', content: question },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Let me look at the forecast.' },
        { type: 'tool_use', id: callId, name: 'weather', input: call },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: callId, content: result },
        { type: 'text', text: follow },
      ],
    },
  ],
  tools: [{ name: 'weather', description, input_schema: parameters }],
  tool_choice: { type: 'auto' },
};

const responses = {
  ...{ model: 'm', instructions: system, temperature: 0.3, max_output_tokens: 800, user: 'family-17' },
  input: [
    { role: 'user', content: [{ type: 'input_text', text: question }] },
    { role: 'assistant', content: [{ type: 'output_text', text: 'Let me look at the forecast.', annotations: [] }] },
    { type: 'function_call', call_id: callId, name: 'weather', arguments: JSON.stringify(call) },
    { type: 'function_call_output', call_id: callId, output: result },
    { role: 'user', content: [{ type: 'input_text', text: follow }] },
  ],
  tools: [{ type: 'function', name: 'weather', description, parameters, strict: false }],
  tool_choice: 'auto',
};

/** Body as it comes over the wire; `stream` set as it is for both kinds of answers. */
export const requestBytes = (client: keyof typeof bodies, stream: boolean): Buffer =>
  Buffer.from(JSON.stringify({ ...bodies[client], stream }));

const bodies = { 'openai-chat': chat, 'anthropic-messages': messages, 'openai-responses': responses };
export type ClientName = keyof typeof bodies;
