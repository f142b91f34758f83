// Requests to Anthropic's /v1/messages as they are written out of the neutral form, judged by the rule book beside.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asInvokeBody } from '../../proxy/dialects/anthropic-messages/invoke-body.ts';
import { writeRequest } from '../../proxy/dialects/anthropic-messages/write-request.ts';
import {
  emptyRequest,
  type Message,
  type NeutralRequest,
  type Part,
  RequestProblem,
} from '../../proxy/dialects/neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../../proxy/dialects/neutral/target.ts';
import { conversations, everyFeature } from './conversations.ts';
import { problemsOf } from './rules/anthropic.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into as they are
type Loose = any;

const target = (model: string, more: Partial<TargetFacts> = {}): TargetFacts => {
  return { model, quirks: { streamUsage: 'always' }, maxOutputTokens: null, ...more };
};
const ask = (more: Partial<NeutralRequest>): NeutralRequest => {
  return { ...emptyRequest(), model: 'm', messages: [said('user', 'Hi')], ...more };
};
const said = (role: Message['role'], ...content: (string | Part)[]): Message => {
  return {
    role,
    name: '',
    content: content.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  };
};
const call = (id: string, args = '{}'): Part => {
  return { type: 'tool-call', id, name: 'add', arguments: args, seal: null };
};
const result = (callId: string, text = 'done'): Part => {
  return { type: 'tool-result', callId, name: '', content: [{ type: 'text', text }], failed: false };
};
const sealed = { origin: 'anthropic', kind: 'signature', value: 'sig', id: '' } as const;
const write = (more: Partial<NeutralRequest>, model = 'claude-opus-4-5'): WrittenRequest & { body: Loose } =>
  writeRequest(ask(more), target(model));
const problems = ({ headers, body }: WrittenRequest): string[] => problemsOf({ path: '/v1/messages', headers, body });
const fieldsLeftOut = ({ unsupported }: WrittenRequest): string[] => unsupported.map(({ field }) => field);
const add = { name: 'add', description: '', parameters: { type: 'object', properties: {} }, strict: null };
const models = [
  ...['claude-3-haiku-20240307', 'claude-3-7-sonnet-20250219', 'claude-opus-4-20250514', 'claude-opus-4-1'],
  ...['claude-sonnet-4-5', 'claude-haiku-4-5-20251001', 'claude-sonnet-4-6', 'claude-opus-4-7', 'claude-opus-4-8'],
  ...['claude-sonnet-5', 'claude-opus-5', 'claude-opus-5-5', 'claude-fable-5-1', 'us.anthropic.claude-opus-4-8-v1:0'],
];

describe('a request written for Anthropic', () => {
  it.each(models)('breaks no rule of %s, whatever was asked', (model) => {
    fc.assert(
      fc.property(conversations({ ...everyFeature, extra: false }), (request) => {
        expect(problems(writeRequest(request, target(model)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps system messages in their place where the model takes them, and marks them as words of the user elsewhere', () => {
    const messages = [said('user', 'a'), said('system', 'Be brief.'), said('assistant', 'b'), said('user', 'c')];
    expect(write({ messages }, 'claude-opus-4-8').body.messages.map((turn: Loose) => turn.role)).toEqual(
      'user system assistant user'.split(' '),
    );
    expect(write({ messages }).body.messages[0]).toEqual({
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: '<system>\nBe brief.\n</system>' },
      ],
    });
  });

  it('hoists the leading system messages alone', () => {
    const { body } = write({ messages: [said('system', 'one'), said('system', 'two'), said('user', 'Hi')] });
    expect(body.system).toEqual([
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ]);
    expect(body.messages).toHaveLength(1);
  });

  it.each([
    ['claude-opus-4-1', 32_000],
    ['claude-sonnet-4-5', 64_000],
    ['claude-opus-5', 128_000],
    ['claude-3-5-haiku-latest', 8192],
    ['somebody-elses-model', 8192],
  ])('says a limit for %s where nobody did', (model, limit) => {
    expect(write({}, model).body.max_tokens).toBe(limit);
    expect(writeRequest(ask({}), target(model, { maxOutputTokens: 777 })).body.max_tokens).toBe(777);
    expect(writeRequest(ask({ maxTokens: 5 }), target(model, { maxOutputTokens: 777 })).body.max_tokens).toBe(5);
  });

  it('puts all results of a turn first, under ids that Anthropic takes', () => {
    const id = 'functions.add:0';
    const round = [
      said('assistant', call(id), call('')),
      said('user', 'also'),
      said('tool', result(''), result(id, '')),
    ];
    const { body } = write({ tools: [add], messages: [said('user', 'go'), ...round, ...round.map((m) => m)] });
    expect(body.messages[2].content.map((block: Loose) => block.type)).toEqual(['tool_result', 'tool_result', 'text']);
    expect(body.messages[1].content.map((block: Loose) => block.id)).toEqual(['functions_add_0', 'call']);
    expect(body.messages[3].content.map((block: Loose) => block.id)).toEqual(['functions_add_0_2', 'call_2']);
    expect(problems(write({ tools: [add], messages: [said('user', 'go'), ...round, ...round] }))).toEqual([]);
  });

  it.each([
    [
      'a call without a result',
      [said('user', 'go'), said('assistant', call('a')), said('user', 'and?')],
      'messages[1]',
    ],
    ['a result without a call', [said('user', 'go'), said('tool', result('b'))], 'messages[1].content[0]'],
    ['no message at all', [], 'messages'],
  ])('is never sent with %s', (_, messages, field) => {
    expect(() => write({ tools: [add], messages })).toThrow(RequestProblem);
    expect(() => write({ tools: [add], messages })).toThrow(`"${field}"`);
  });

  it('carries arguments as an object, broken ones wrapped', () => {
    const calls = said('assistant', call('a', ''), call('b', '{"x":1}'), call('c', '{"x":'));
    const { body } = write({
      tools: [add],
      messages: [said('user', 'go'), calls, said('tool', ...['a', 'b', 'c'].map((id) => result(id)))],
    });
    expect(body.messages[1].content.map((block: Loose) => block.input)).toEqual([
      {},
      { x: 1 },
      { INVALID_JSON: '{"x":' },
    ]);
  });

  it('trims an assistant message that shall be continued, and reports where no model would continue it', () => {
    const messages = [said('user', 'Hi'), said('assistant', 'Well,  \n')];
    expect(write({ messages }).body.messages[1].content).toEqual([{ type: 'text', text: 'Well,' }]);
    const refused = write({ messages }, 'claude-sonnet-4-6');
    expect(refused.unsupported).toMatchObject([{ field: 'messages', changesAnswer: true }]);
    expect(problems(refused)).toEqual([]);
  });

  it('says how hard to think in the words of the model', () => {
    const think = (effort: 'high' | 'xhigh' | 'none' | 'minimal', model: string, more = {}): Loose => {
      const { body } = write({ reasoning: { effort, budgetTokens: null, visible: null }, ...more }, model);
      return { thinking: body.thinking, output_config: body.output_config };
    };
    expect(think('high', 'claude-opus-4-7')).toEqual({
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    expect(think('xhigh', 'claude-opus-4-6').output_config).toEqual({ effort: 'high' });
    expect(think('xhigh', 'claude-opus-5').output_config).toEqual({ effort: 'xhigh' });
    expect(think('high', 'claude-opus-4-5').thinking).toEqual({ type: 'enabled', budget_tokens: 16_384 });
    expect(think('high', 'claude-opus-4-5', { maxTokens: 4000 }).thinking.budget_tokens).toBe(2000);
    expect(think('high', 'claude-opus-4-5', { maxTokens: 1000 }).thinking).toBeUndefined();
    expect(think('none', 'claude-sonnet-5').thinking).toEqual({ type: 'disabled' });
    expect(think('none', 'claude-fable-5')).toEqual({ thinking: undefined, output_config: { effort: 'low' } });
    expect(think('high', 'claude-3-5-haiku-latest').thinking).toBeUndefined();
  });

  it('thinks on after its own thoughts, and not where the calls were made by somebody else', () => {
    const thought: Part = { type: 'reasoning', text: 'hm', seal: sealed };
    const loop = (...before: Part[]): Loose => {
      const messages = [said('user', 'go'), said('assistant', ...before, call('a')), said('tool', result('a'))];
      const reasoning = { effort: 'high', budgetTokens: null, visible: null } as const;
      return write({ tools: [add], messages, reasoning }).body;
    };
    expect(loop(thought).thinking).toMatchObject({ type: 'enabled' });
    expect(loop(thought).messages[1].content[0]).toEqual({ type: 'thinking', thinking: 'hm', signature: 'sig' });
    expect(loop().thinking).toBeUndefined();
  });

  it('ends no turn of the assistant in a thought', () => {
    const thought: Part = { type: 'reasoning', text: 'hm', seal: sealed };
    const messages = [
      said('user', 'a'),
      said('assistant', 'b', thought),
      said('user', 'c'),
      said('assistant', thought),
    ];
    const { body } = write({ messages: [...messages, said('user', 'd')] });
    expect(body.messages.map(({ content }: Loose) => content.length)).toEqual([1, 1, 2]);
  });

  it('gives up thinking, not the choice of tool, where both cannot be had', () => {
    const request = {
      tools: [add],
      toolChoice: { type: 'required' } as const,
      reasoning: { effort: 'high', budgetTokens: null, visible: null } as const,
    };
    const old = write(request);
    expect(old.body).toMatchObject({ tool_choice: { type: 'any' } });
    expect([old.body.thinking, fieldsLeftOut(old)]).toEqual([undefined, ['reasoning']]);
    expect(write(request, 'claude-sonnet-5').body.thinking).toEqual({ type: 'disabled' });
    const always = write(request, 'claude-fable-5-1');
    expect(always.body.tool_choice).toEqual({ type: 'auto' });
    expect(always.unsupported).toMatchObject([{ field: 'toolChoice', changesAnswer: true }]);
  });

  it('leaves out sampling settings that the model refuses, and says so', () => {
    const sampling = { temperature: 1.5, topP: 0.9, topK: 3 };
    expect(write(sampling, 'claude-3-haiku-20240307').body).toMatchObject({ temperature: 1, top_p: 0.9, top_k: 3 });
    const one = write(sampling, 'claude-sonnet-4-5');
    expect([one.body.temperature, one.body.top_p, fieldsLeftOut(one)]).toEqual([1, undefined, ['temperature', 'topP']]);
    const none = write(sampling, 'claude-opus-4-7');
    expect(fieldsLeftOut(none)).toEqual(['temperature', 'topP', 'topK']);
    expect(none.unsupported.every(({ changesAnswer }) => !changesAnswer)).toBe(true);
  });

  it('tells what would change the answer from what would not', () => {
    const { unsupported } = write({
      ...{ choices: 2, seed: 1, logitBias: { 5: 1 }, user: 'x'.repeat(300), answerFormat: { type: 'json' } },
      ...{ beyond: { mcp_servers: [], cache_control: {}, 'tools[0].defer_loading': true }, serviceTier: 'flex' },
      messages: [said('user', 'Hi', { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA==' } })],
    });
    const changing = unsupported.filter(({ changesAnswer }) => changesAnswer).map(({ field }) => field);
    expect(changing.sort()).toEqual(['answerFormat', 'choices', 'mcp_servers', 'messages[0].content[1]']);
    expect(unsupported).toHaveLength(10);
  });

  it('closes the schema of the answer and tells the model of what Anthropic refuses in it', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 3, description: 'Count' } } };
    const format = { type: 'schema', name: 'x', description: '', schema, strict: null } as const;
    expect(write({ answerFormat: format }).body.output_config.format).toEqual({
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: { n: { type: 'integer', description: 'Count (minimum: 3)' } },
        additionalProperties: false,
      },
    });
    expect(fieldsLeftOut(write({ answerFormat: format }, 'claude-sonnet-4-20250514'))).toEqual(['answerFormat']);
    expect(schema.properties.n.minimum).toBe(3);
  });

  it('makes an object of every tool schema', () => {
    const tool = (parameters: Record<string, unknown> | null): Loose =>
      write({ tools: [{ ...add, parameters }] }).body.tools[0];
    expect(tool(null).input_schema).toEqual({ type: 'object' });
    expect(tool({ properties: { a: {} } }).input_schema).toEqual({ type: 'object', properties: { a: {} } });
    const branched = tool({ type: 'object', anyOf: [{ required: ['a'] }] });
    expect(branched.input_schema).toEqual({ type: 'object' });
    expect(branched.description).toContain('{"anyOf":[{"required":["a"]}]}');
    expect(() => tool({ type: 'string' })).toThrow('tools[0].parameters');
  });

  it('hands on fields that nobody knows, and never over its own', () => {
    const { body } = write({ extra: { max_tokens: 1, top_sigma: 2 } });
    expect([body.max_tokens, body.top_sigma]).toEqual([64_000, 2]);
  });

  it('drops stop sequences of white space, empty text, and the seals of others', () => {
    const foreign = { origin: 'openai', kind: 'encrypted', value: 'x', id: 'rs_1' } as const;
    const thought: Part = { type: 'reasoning', text: 'hm', seal: foreign };
    const { body } = write({
      stop: ['\n\n', 'END'],
      messages: [said('user', ' ', 'Hi'), said('assistant', thought), said('user', 'Go')],
    });
    expect(body.stop_sequences).toEqual(['END']);
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'Go' },
        ],
      },
    ]);
  });

  it('asks for the beta of the files API only with a file of Anthropic’s', () => {
    const file = (id: string): WrittenRequest =>
      write({ messages: [said('user', 'Read', { type: 'file', source: { kind: 'id', id }, name: '' })] });
    expect(file('file_011CN').headers['anthropic-beta']).toBe('files-api-2025-04-14');
    expect(file('file-abc').headers).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(file('file-abc').unsupported).toMatchObject([{ changesAnswer: true }]);
  });

  it('goes to Bedrock and Vertex with its version in the body', () => {
    const { model, stream, ...rest } = write({ stream: true }).body;
    const { body } = write({ stream: true });
    expect(asInvokeBody(body, 'bedrock')).toEqual({ anthropic_version: 'bedrock-2023-05-31', ...rest });
    expect(asInvokeBody(body, 'vertex')).toEqual({ anthropic_version: 'vertex-2023-10-16', ...rest, stream });
  });
});
