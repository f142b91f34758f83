// What becomes of each field of a request at each family of providers, worked out by asking for it: the table of
// docs/translation.md, whose test compares the two.
import type { DialectName } from '../../contract/words.ts';
import type { ProviderSide } from '../../proxy/dialects/dialect.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { readChatRequest } from '../../proxy/dialects/openai-chat/request-reader.ts';

interface Column {
  head: string;
  wire: DialectName;
  model: string;
}

const columns: Column[] = [
  { head: 'OpenAI chat', wire: 'openai-chat', model: 'gpt-4.1' },
  { head: 'OpenAI responses', wire: 'openai-responses', model: 'gpt-4.1' },
  { head: 'Anthropic', wire: 'anthropic-messages', model: 'claude-sonnet-4-5' },
  { head: 'Gemini, Vertex', wire: 'gemini', model: 'gemini-2.5-flash' },
  { head: 'Cohere', wire: 'cohere', model: 'command-a-03-2025' },
  { head: 'Bedrock', wire: 'bedrock-converse', model: 'amazon.nova-pro-v1:0' },
  { head: 'Ollama', wire: 'ollama-chat', model: 'llama3.1' },
];

const part = (content: object) => ({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, content] }] });
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = [{ type: 'function', function: { name: 'f', parameters } }];
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: parameters, strict: true } };
const png = 'data:image/png;base64,iVBORw0KGgo=';

/** By OpenAI's names, which stand for the same thing in the two other formats of clients. */
const fields: Record<string, object> = {
  'system messages': {
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hi' },
    ],
  },
  tools: { tools },
  '`tool_choice: "required"`': { tools, tool_choice: 'required' },
  '`tool_choice` of one tool': { tools, tool_choice: { type: 'function', function: { name: 'f' } } },
  '`parallel_tool_calls: false`': { tools, parallel_tool_calls: false },
  '`response_format: json_object`': { response_format: { type: 'json_object' } },
  '`response_format: json_schema`': { response_format: schema },
  'images as bytes': part({ type: 'image_url', image_url: { url: png } }),
  'images by address': part({ type: 'image_url', image_url: { url: 'https://x.example/a.png' } }),
  'files as bytes (PDF)': part({
    type: 'file',
    file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' },
  }),
  audio: part({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }),
  '`n` above 1': { n: 2 },
  '`max_completion_tokens`': { max_completion_tokens: 500 },
  '`temperature`, `top_p`': { temperature: 0.5 },
  '`top_k`': { top_k: 5 },
  '`stop`': { stop: ['END'] },
  '`seed`': { seed: 7 },
  '`presence_penalty`, `frequency_penalty`': { presence_penalty: 1, frequency_penalty: 1 },
  '`logprobs`': { logprobs: true, top_logprobs: 3 },
  '`logit_bias`': { logit_bias: { 5: 1 } },
  '`user`': { user: 'ada' },
  '`metadata`': { metadata: { a: 'b' } },
  '`prompt_cache_key`': { prompt_cache_key: 'k' },
  '`service_tier`': { service_tier: 'flex' },
  '`web_search_options` and other tools of OpenAI’s own': { web_search_options: {} },
  '`store`, `prediction`': { store: true, prediction: { type: 'content', content: 'x' } },
};

function fateOf(asked: object, { wire, model }: Column): string {
  const read = readChatRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...asked });
  const target = { model, quirks: { streamUsage: 'ask' }, maxOutputTokens: null } as const;
  const { unsupported } = (dialects[wire].provider as ProviderSide).writeRequest(read, target);
  if (unsupported.some(({ changesAnswer }) => changesAnswer)) return 'refused';
  return unsupported.length > 0 ? 'dropped' : 'yes';
}

/** As it should stand in the documentation. */
export function crossingTable(): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const rows = Object.entries(fields).map(([name, asked]) => [name, ...columns.map((column) => fateOf(asked, column))]);
  const heads = ['field', ...columns.map(({ head }) => head)];
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
