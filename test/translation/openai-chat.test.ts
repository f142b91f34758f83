// Requests of the chat format: read as clients write them, written as each provider wants them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderQuirks } from '../../catalog/provider.ts';
import { wellKnownProvider, wellKnownProviders } from '../../catalog/providers.ts';
import type { NeutralRequest } from '../../proxy/dialects/neutral/request.ts';
import { readChatRequest } from '../../proxy/dialects/openai-chat/request-reader.ts';
import { writeChatRequest } from '../../proxy/dialects/openai-chat/request-writer.ts';
import { conversations, everyFeature, type Features } from './conversations.ts';
import { openaiSchemaJudge } from './openai-schema.ts';
import { problemsOf as deepseekProblems } from './rules/deepseek.ts';
import { problemsOf as mistralProblems } from './rules/mistral.ts';
import { problemsOf as openaiProblems } from './rules/openai.ts';

const plain: ProviderQuirks = { streamUsage: 'ask' };
const quirksOf = (name: string): ProviderQuirks => wellKnownProvider(name)?.quirks ?? plain;
const write = (request: NeutralRequest, quirks = plain, model = request.model) =>
  writeChatRequest(request, { model, quirks, maxOutputTokens: null });
const outgoing = (body: unknown) => ({ path: '/v1/chat/completions', headers: {}, body });
const asking = (fields: object) =>
  readChatRequest({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields });

describe('a chat request', () => {
  it('is never changed by writing it, nor is the body by reading it', () => {
    fc.assert(
      fc.property(conversations(everyFeature), (request) => {
        const before = structuredClone(request);
        const { body } = write(request, quirksOf('mistral'));
        expect(request).toEqual(before);
        const written = structuredClone(body);
        readChatRequest(body);
        expect(body).toEqual(written);
      }),
    );
  });
});

describe('what is written', () => {
  const features: Features = { ...everyFeature, extra: false };
  const models = fc.constantFrom('gpt-4.1', 'gpt-5.6-luna', 'o3', 'gpt-5-chat-latest');

  it('breaks no rule of OpenAI’s, whatever is asked', () => {
    fc.assert(
      fc.property(conversations(features), models, (request, model) => {
        const { body } = write(request, quirksOf('openai'), model);
        expect(openaiProblems(outgoing(JSON.parse(JSON.stringify(body))))).toEqual([]);
      }),
    );
  });

  const judge = openaiSchemaJudge();
  it.skipIf(judge === null)('agrees with OpenAI’s published description', () => {
    fc.assert(
      fc.property(conversations(features), models, (request, model) => {
        const { body } = write(request, quirksOf('openai'), model);
        expect(judge?.('CreateChatCompletionRequest', body)).toEqual([]);
      }),
    );
    expect(
      judge?.('CreateChatCompletionRequest', { model: 'm', messages: [{ role: 'tool', content: '' }] }),
    ).not.toEqual([]);
  });

  it('breaks no rule of Mistral’s and DeepSeek’s, whatever is asked', () => {
    fc.assert(
      fc.property(conversations(features), (request) => {
        expect(mistralProblems(outgoing(write(request, quirksOf('mistral')).body))).toEqual([]);
        expect(deepseekProblems(outgoing(write(request, quirksOf('deepseek')).body))).toEqual([]);
      }),
    );
  });

  it('goes to every known provider without a throw, and without a field it refuses', () => {
    const rows = wellKnownProviders().filter(({ dialect }) => dialect === 'openai' || dialect === 'azure');
    fc.assert(
      fc.property(conversations(everyFeature), fc.constantFrom(...rows), (request, { quirks }) => {
        const { body } = write(request, quirks);
        expect(Object.keys(body).filter((name) => quirks.refuses?.includes(name) && name !== 'n')).toEqual([]);
        expect('stream_options' in body).toBe(request.stream && quirks.streamUsage === 'ask');
      }),
    );
  });

  it('renames the seed, says "any", and gives each call nine characters at Mistral', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    const request = asking({
      ...{ seed: 7, tools, tool_choice: 'required' },
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [call('call_1'), call('abcDEF123')] },
        { role: 'tool', tool_call_id: 'call_1', content: 'a' },
        { role: 'tool', tool_call_id: 'abcDEF123', content: 'b' },
      ],
    });
    const { body } = write(request, quirksOf('mistral'));
    expect(body).toMatchObject({ random_seed: 7, tool_choice: 'any' });
    const ids = [...JSON.stringify(body.messages).matchAll(/"(?:tool_call_)?id":"(.*?)"/g)].map(([, id]) => id);
    expect(ids[0]).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(ids).toEqual([ids[0], 'abcDEF123', ids[0], 'abcDEF123']);
    expect(write(request, quirksOf('mistral')).body).toEqual(body);
  });

  it('gives DeepSeek its thoughts back beside calls, and an empty text where it had none', () => {
    const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const result = { role: 'tool', tool_call_id: 'c', content: '1' };
    for (const reasoning_content of ['So be it.', undefined]) {
      const messages = [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', tool_calls: calls, reasoning_content },
        result,
      ];
      const { body } = write(asking({ messages }), quirksOf('deepseek'));
      expect(body.messages).toMatchObject([{}, { reasoning_content: reasoning_content ?? '' }, {}]);
    }
  });

  it('says which losses change the answer', () => {
    const schema = { type: 'json_schema', json_schema: { name: 'n', schema: {} } };
    const request = asking({ n: 2, user: 'u', response_format: schema, prediction: {}, store: true });
    const losses = write(request, { streamUsage: 'ask', refuses: ['n', 'user', 'response_format.json_schema'] });
    const told = losses.unsupported.map(({ field, changesAnswer }) => [field, changesAnswer]);
    expect(told).toEqual([
      ...[
        ['answerFormat', true],
        ['choices', true],
        ['user', false],
      ],
      ...[
        ['prediction', false],
        ['store', false],
      ],
    ]);
  });

  it('never lets a field of the client’s own overwrite what was written', () => {
    const request = { ...asking({}), extra: { model: 'other', min_p: 0.1 } };
    expect(write(request).body).toMatchObject({ model: 'm', min_p: 0.1 });
  });

  it('limits completion tokens where OpenAI’s newer models insist, and asks none of the older ones to think', () => {
    const request = asking({ max_tokens: 5, reasoning_effort: 'high', temperature: 0.2 });
    const written = (model: string) => write(request, plain, model).body;
    expect(written('openai/o3-mini')).toMatchObject({ max_completion_tokens: 5, reasoning_effort: 'high' });
    expect(written('o3-mini')).not.toHaveProperty('temperature');
    expect(written('gpt-4o')).toMatchObject({ max_tokens: 5, temperature: 0.2 });
    expect(written('gpt-4o')).not.toHaveProperty('reasoning_effort');
    expect(written('gpt-oss-120b')).toMatchObject({ max_tokens: 5, reasoning_effort: 'high' });
  });
});
