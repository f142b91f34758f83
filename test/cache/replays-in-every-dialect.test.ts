// An answer that one client got is given to another who asks the same in another format or mode, read here by the official
// SDKs: the same words, calls, finish and usage, whichever way it was asked for first.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailoverHouse } from '../failover/failover-house.ts';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import type { Behaviour } from '../support/faulty-upstream.ts';
import { cached, openCacheHouse } from './cache-house.ts';

interface Heard {
  text: string;
  calls: { name: string; input: unknown }[];
  finish: 'stop' | 'calls';
  input: number;
  output: number;
}

const formats = ['chat', 'responses', 'messages'] as const;
const ways = formats.flatMap((format) => [false, true].map((stream) => ({ format, stream })));
type Way = (typeof ways)[number];
const nameOf = ({ format, stream }: Way): string => `${format} ${stream ? 'streamed' : 'whole'}`;

let at: FailoverHouse;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  at = await openCacheHouse({
    routes: [cached('openai', { cache: { mode: 'on' } }), cached('claude', { cache: { mode: 'on' } }, 'claude')],
  });
  openai = new OpenAI({ baseURL: `${at.house.url}/v1`, apiKey: 'none', maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: at.house.url, apiKey: 'none', maxRetries: 0 });
  at.one.respond(chatProvider);
  at.claude.respond(claudeProvider);
});
afterAll(() => at.close());

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

function ask(way: Way, model: string, prompt: string): Promise<{ heard: Heard; status: string }> {
  return way.format === 'chat'
    ? askChat(way.stream, model, prompt)
    : way.format === 'responses'
      ? askResponses(way.stream, model, prompt)
      : askMessages(way.stream, model, prompt);
}

const cacheStatus = (response: Response): string => response.headers.get('x-sightline-cache') ?? '';

async function askChat(stream: boolean, model: string, prompt: string) {
  const body = {
    ...{ model, max_tokens: 100, messages: [{ role: 'user' as const, content: prompt }] },
    tools: [{ type: 'function' as const, function: { name: 'weather', description: '', parameters } }],
  };
  let status = '';
  const fetching: typeof fetch = async (...from) => {
    const response = await fetch(...from);
    status = cacheStatus(response);
    return response;
  };
  const client = openai.withOptions({ fetch: fetching });
  const completion = stream
    ? await client.chat.completions.stream({ ...body, stream_options: { include_usage: true } }).finalChatCompletion()
    : await client.chat.completions.create(body);
  const [choice] = completion.choices;
  const calls = (choice?.message.tool_calls ?? []).map((call) => {
    const { name, arguments: input } = (call as { function: { name: string; arguments: string } }).function;
    return { name, input: JSON.parse(input) as unknown };
  });
  const finish = choice?.finish_reason === 'tool_calls' ? 'calls' : 'stop';
  const { prompt_tokens: input = -1, completion_tokens: output = -1 } = completion.usage ?? {};
  return { status, heard: { text: choice?.message.content ?? '', calls, finish, input, output } as Heard };
}

async function askResponses(stream: boolean, model: string, prompt: string) {
  const body = {
    ...{ model, max_output_tokens: 100, input: [{ role: 'user' as const, content: prompt }] },
    tools: [{ type: 'function' as const, name: 'weather', description: '', parameters, strict: null as never }],
  };
  let status = '';
  const fetching: typeof fetch = async (...from) => {
    const response = await fetch(...from);
    status = cacheStatus(response);
    return response;
  };
  const client = openai.withOptions({ fetch: fetching });
  const response = stream
    ? await client.responses.stream(body).finalResponse()
    : await client.responses.create({ ...body, stream: false });
  const calls = response.output.flatMap((item) =>
    item.type === 'function_call' ? [{ name: item.name, input: JSON.parse(item.arguments) as unknown }] : [],
  );
  const text = response.output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => (part.type === 'output_text' ? part.text : ''))
    .join('');
  const finish = response.status === 'completed' ? (calls.length > 0 ? 'calls' : 'stop') : response.status;
  const { input_tokens: input = -1, output_tokens: output = -1 } = response.usage ?? {};
  return { status, heard: { text, calls, finish, input, output } as Heard };
}

async function askMessages(stream: boolean, model: string, prompt: string) {
  const body = {
    ...{ model, max_tokens: 100, messages: [{ role: 'user' as const, content: prompt }] },
    tools: [{ name: 'weather', description: '', input_schema: parameters as never }],
  };
  let status = '';
  const fetching: typeof fetch = async (...from) => {
    const response = await fetch(...from);
    status = cacheStatus(response);
    return response;
  };
  const client = anthropic.withOptions({ fetch: fetching });
  const message = stream ? await client.messages.stream(body).finalMessage() : await client.messages.create(body);
  const calls = message.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
  );
  const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const finish = message.stop_reason === 'tool_use' ? 'calls' : message.stop_reason === 'end_turn' ? 'stop' : '';
  const { input_tokens: input, output_tokens: output } = message.usage;
  return { status, heard: { text, calls, finish, input, output } as Heard };
}

const wantsCall = (body: string): boolean => body.includes('Which weather');
const text = 'It is “fine” – 21 °C 🌤';

/** The provider in OpenAI's format: words, or a call of the tool. */
const chatProvider: Behaviour = (reply, request) => {
  const body = request.body.toString();
  if (request.path.endsWith('/responses')) return responsesProvider(reply, request);
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Zürich"}' } };
  const usage = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 };
  const finish = wantsCall(body) ? 'tool_calls' : 'stop';
  const base = { id: 'chatcmpl-9', created: 1, model: 'gpt-4o-mini' };
  if (JSON.parse(body).stream !== true) {
    const message = { role: 'assistant', content: wantsCall(body) ? null : text, tool_calls: [call] };
    if (!wantsCall(body)) Reflect.deleteProperty(message, 'tool_calls');
    const whole = {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      usage,
    };
    return answer({ pieces: [JSON.stringify(whole)] })(reply, request);
  }
  const chunk = (more: object) => `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`;
  const choice = (delta: object, reason: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason: reason }] });
  const deltas = wantsCall(body)
    ? [
        choice({
          role: 'assistant',
          content: null,
          tool_calls: [{ index: 0, ...call, function: { name: 'weather', arguments: '' } }],
        }),
        choice({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
        choice({ tool_calls: [{ index: 0, function: { arguments: '"Zürich"}' } }] }),
      ]
    : [choice({ role: 'assistant', content: '' }), ...[...text].map((content) => choice({ content }))];
  return answerStream([...deltas, choice({}, finish), chunk({ choices: [], usage }), 'data: [DONE]\n\n'])(
    reply,
    request,
  );
};

/** The same in that of its newer endpoint. */
const responsesProvider: Behaviour = (reply, request) => {
  const body = request.body.toString();
  const base = { id: 'resp_9', object: 'response', created_at: 1, model: 'gpt-4o-mini', error: null };
  const usage = { input_tokens: 20, output_tokens: 7, total_tokens: 27 };
  const part = { type: 'output_text', text, annotations: [] };
  const said = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] };
  const args = '{"city":"Zürich"}';
  const call = {
    id: 'fc_1',
    type: 'function_call',
    call_id: 'call_1',
    name: 'weather',
    arguments: args,
    status: 'completed',
  };
  const item = wantsCall(body) ? call : said;
  const whole = { ...base, status: 'completed', output: [item], usage };
  if (JSON.parse(body).stream !== true) return answer({ pieces: [JSON.stringify(whole)] })(reply, request);
  let number = 0;
  const event = (type: string, more: object): string => {
    const data = { type, sequence_number: number++, ...more };
    return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  };
  const at = { item_id: item.id, output_index: 0 };
  const inPart = { ...at, content_index: 0 };
  const inner = wantsCall(body)
    ? [
        event('response.function_call_arguments.delta', { ...at, delta: args }),
        event('response.function_call_arguments.done', { ...at, name: 'weather', arguments: args }),
      ]
    : [
        event('response.content_part.added', { ...inPart, part: { ...part, text: '' } }),
        ...[...text].map((delta) => event('response.output_text.delta', { ...inPart, delta, logprobs: [] })),
        event('response.output_text.done', { ...inPart, text, logprobs: [] }),
        event('response.content_part.done', { ...inPart, part }),
      ];
  const opened = wantsCall(body) ? { ...call, arguments: '' } : { ...said, content: [] };
  return answerStream([
    event('response.created', { response: { ...base, status: 'in_progress', output: [] } }),
    event('response.output_item.added', { output_index: 0, item: { ...opened, status: 'in_progress' } }),
    ...inner,
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', { response: whole }),
  ])(reply, request);
};

/** The same in Anthropic's. */
const claudeProvider: Behaviour = (reply, request) => {
  const body = request.body.toString();
  const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Zürich' } };
  const block = wantsCall(body) ? call : { type: 'text', text };
  const stop = wantsCall(body) ? 'tool_use' : 'end_turn';
  const base = { id: 'msg_9', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_sequence: null };
  if (JSON.parse(body).stream !== true) {
    const whole = { ...base, content: [block], stop_reason: stop, usage: { input_tokens: 20, output_tokens: 7 } };
    return answer({ pieces: [JSON.stringify(whole)] })(reply, request);
  }
  const event = (data: { type: string } & object) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const opened = wantsCall(body) ? { ...call, input: {} } : { type: 'text', text: '' };
  const deltas = wantsCall(body)
    ? ['{"city":', '"Zürich"}'].map((part) => ({ type: 'input_json_delta', partial_json: part }))
    : [...text].map((part) => ({ type: 'text_delta', text: part }));
  return answerStream([
    event({
      type: 'message_start',
      message: { ...base, content: [], stop_reason: null, usage: { input_tokens: 20, output_tokens: 1 } },
    } as never),
    event({ type: 'content_block_start', index: 0, content_block: opened } as never),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index: 0, delta } as never)),
    event({ type: 'content_block_stop', index: 0 } as never),
    event({
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 7 },
    } as never),
    event({ type: 'message_stop' }),
  ])(reply, request);
};

describe.each(['openai', 'claude'])('an answer of %s', (model) => {
  describe.each(ways.map((way) => ({ name: nameOf(way), way })))('asked for first as $name', ({ name, way }) => {
    it.each([
      ['words', 'What is it like?', { text, calls: [], finish: 'stop', input: 20, output: 7 }],
      [
        'a call',
        'Which weather?',
        { text: '', calls: [{ name: 'weather', input: { city: 'Zürich' } }], finish: 'calls', input: 20, output: 7 },
      ],
    ])('is given again as the same %s in every format and mode', async (_, prompt, expected) => {
      const provider = model === 'openai' ? at.one : at.claude;
      const question = `${prompt} (${name})`;
      const first = await ask(way, model, question);
      expect(first).toEqual({ status: 'miss', heard: expected });
      const asked = provider.requests.length;
      for (const other of ways) {
        const again = await ask(other, model, question);
        expect([nameOf(other), again]).toEqual([nameOf(other), { status: 'hit', heard: expected }]);
      }
      expect(provider.requests.length).toBe(asked);
    });
  });
});
