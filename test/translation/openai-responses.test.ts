// Requests that we write for /responses are what OpenAI takes, and are read back as they were.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRequest, type Message, type NeutralRequest, type Part } from '../../proxy/dialects/neutral/request.ts';
import { writeResponsesRequest } from '../../proxy/dialects/openai-responses/write-request.ts';
import { conversations, everyFeature } from './conversations.ts';
import { openaiSchemaJudge } from './openai-schema.ts';
import { problemsOf } from './rules/openai-responses.ts';
import type { Loose } from './rules/shape.ts';

const judge = openaiSchemaJudge();

function write(request: Partial<NeutralRequest>, model = 'gpt-4.1', quirks = {}) {
  const target = { model, quirks: { streamUsage: 'always' as const, ...quirks }, maxOutputTokens: null };
  const written = writeResponsesRequest({ ...emptyRequest(), ...request }, target);
  return { ...written, body: JSON.parse(JSON.stringify(written.body)) as Loose };
}

const say = (role: Message['role'], ...content: Part[]): Message => ({ role, content, name: '' });
const text = (said: string): Part => ({ type: 'text', text: said });

describe('a request written for /responses', () => {
  it('breaks no rule of OpenAI’s, whatever the conversation', () => {
    const models = fc.constantFrom('gpt-4.1', 'gpt-4o-mini', 'gpt-5.6-luna', 'o3', 'house-model');
    fc.assert(
      fc.property(conversations({ ...everyFeature, extra: false }), models, (request, model) => {
        const before = structuredClone(request);
        const { body, headers } = write(request, model);
        if (model !== 'house-model') expect(problemsOf({ path: '/v1/responses', headers, body })).toEqual([]);
        expect(judge?.('CreateResponse', withIds(body)) ?? []).toEqual([]);
        expect(request).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('says which wishes it leaves behind, and whether that matters', () => {
    const { body, unsupported } = write({
      ...{ stop: ['END'], seed: 1, topK: 5, presencePenalty: 1, frequencyPenalty: 0, choices: 2, logitBias: { 5: 1 } },
      messages: [
        {
          ...say('user', { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AA==' } }),
          name: 'ada',
        },
      ],
      serviceTier: 'standard_only',
      maxTokens: 5,
    });
    expect(body).toEqual({ model: 'gpt-4.1', input: [], stream: false, store: false, max_output_tokens: 16 });
    const said = Object.fromEntries(unsupported.map((one) => [one.field, one.changesAnswer]));
    expect(said).toEqual({
      ...{ choices: true, stop: true, 'messages[0].content[0]': true, seed: false, topK: false, logitBias: false },
      ...{ presencePenalty: false, frequencyPenalty: false, 'messages[0].name': false, serviceTier: false },
      maxTokens: false,
    });
  });

  it('asks for encrypted thoughts where the model thinks, since nothing is kept', () => {
    const reasoning = { effort: 'high', budgetTokens: null, visible: true } as const;
    expect(write({ reasoning }, 'gpt-5.6').body).toMatchObject({
      store: false,
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    });
    expect(write({}, 'gpt-4.1').body).not.toHaveProperty('include');
    expect(write({ reasoning: { ...reasoning, effort: '', budgetTokens: 4000 } }, 'm').body.reasoning.effort).toBe(
      'medium',
    );
    const idle = write({ reasoning: { ...reasoning, effort: 'none' }, temperature: 0.5 }, 'gpt-5.6').body;
    expect(idle).toMatchObject({ reasoning: { effort: 'none' }, temperature: 0.5 });
    expect(idle).not.toHaveProperty('include');
  });

  it('hands seals back to OpenAI alone, and plain thoughts only to who insists on them', () => {
    const thought = (seal: Loose): Part => ({ type: 'reasoning', text: 'hm', seal });
    const messages = [
      say('assistant', thought({ origin: 'anthropic', kind: 'signature', value: 's', id: '' }), text('a')),
      say('assistant', thought({ origin: 'openai', kind: 'encrypted', value: 'e', id: 'rs_1' }), text('b')),
      say('assistant', thought(null), text('c')),
    ];
    const sealed = {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'e',
    };
    const word = (content: string) => ({ role: 'assistant', content });
    expect(write({ messages }).body.input).toEqual([word('a'), sealed, word('b'), word('c')]);
    const plain = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'hm' }] };
    const insistent = write({ messages }, 'm', { reasoningBack: 'reasoning_content' }).body.input;
    expect(insistent).toEqual([plain, word('a'), sealed, word('b'), plain, word('c')]);
  });

  it('shortens call ids that OpenAI would refuse, a call and its result alike', () => {
    const id = `call_${'x'.repeat(300)}`;
    const { input } = write({
      messages: [
        say('assistant', { type: 'tool-call', id, name: 'f', arguments: '', seal: null }),
        say('tool', { type: 'tool-result', callId: id, name: '', content: [], failed: false }),
      ],
    }).body;
    expect(input[0].call_id).toMatch(/^call_[0-9a-f]{32}$/);
    expect(input).toMatchObject([{ arguments: '{}' }, { call_id: input[0].call_id, output: '' }]);
  });

  it('lets fields that nobody knows pass, but not over its own', () => {
    expect(write({ extra: { model: 'other', store: true, odd: 1 } }).body).toMatchObject({
      ...{ model: 'gpt-4.1', store: false, odd: 1 },
    });
  });
});

/** The schema wants earlier answers as they came, ids included; the API takes them without (Codex sends none). */
function withIds(body: Loose): Loose {
  const came = { type: 'message', id: 'msg_1', status: 'completed' };
  const input = body.input.map((item: Loose) => {
    if (item.role !== 'assistant' || typeof item.content === 'string') return item;
    const content = item.content.map((part: Loose) => ({ ...part, annotations: [], logprobs: [] }));
    return { ...item, ...came, content };
  });
  return { ...body, input };
}
