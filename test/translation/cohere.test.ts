// Asking Cohere: conversations in its words, and that no request breaks one of its rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../proxy/dialects/neutral/request.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { asking, assistant, audio, call, result, results, text, tool, user } from './asking.ts';
import { conversations, everyFeature } from './conversations.ts';
import { problemsOf } from './rules/cohere.ts';

const write = asking('cohere', 'command-a');

describe('a request to Cohere', () => {
  it('breaks none of its rules, whatever is asked', () => {
    fc.assert(
      fc.property(conversations({ ...everyFeature, extra: false }), (request) => {
        const { body, headers } = write(request);
        expect(problemsOf({ path: '/v2/chat', headers, body })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing unsaid of a plain conversation, and says what it leaves out of another', () => {
    const plain = {
      system: true,
      systemAnywhere: true,
      severalTexts: true,
      images: true,
      imageUrls: true,
      stops: true,
    };
    const known = {
      ...plain,
      topK: true,
      seed: true,
      toolRounds: true,
      reasoning: true,
      effort: true,
      answerFormats: true,
    };
    fc.assert(
      fc.property(conversations(known), (request) => {
        const { unsupported } = write({ ...request, parallelToolCalls: null });
        expect(unsupported).toEqual([]);
      }),
    );
    const asked = {
      messages: [user(text('hi'), audio)],
      choices: 2,
      logitBias: { 5: 1 },
      user: 'u',
      beyond: { audio: {}, store: true },
    };
    expect(write(asked).told).toEqual([
      ['choices', true],
      ['logitBias', false],
      ['user', false],
      ['audio', true],
      ['store', false],
      ['messages[0].content[1]', true],
    ]);
  });

  it('sends thoughts back as the plan of the calls they led to, and no sealed or idle ones', () => {
    const thought = (seal: 'anthropic' | null): Part => ({
      type: 'reasoning',
      text: 'I look it up.',
      seal: seal && { origin: seal, kind: 'signature', value: 's', id: '' },
    });
    const messages = [user(text('Rome?')), assistant(thought(null), call), results(result)];
    expect(write({ messages }).body.messages).toEqual([
      { role: 'user', content: 'Rome?' },
      {
        role: 'assistant',
        tool_plan: 'I look it up.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    ]);
    for (const content of [
      [thought('anthropic'), call],
      [thought(null), text('Sunny.')],
    ]) {
      expect(JSON.stringify(write({ messages: [assistant(...content)] }).body)).not.toContain('I look it up');
    }
  });

  it('makes Cohere call a tool by offering that one alone', () => {
    const tools = [tool, { ...tool, name: 'other' }];
    const { body, unsupported } = write({ tools, toolChoice: { type: 'tool', name: 'weather' } });
    expect(body).toMatchObject({ tool_choice: 'REQUIRED', tools: [{ function: { name: 'weather' } }] });
    expect(unsupported).toEqual([]);
    expect(write({ tools, toolChoice: { type: 'none' } }).body).toMatchObject({ tool_choice: 'NONE' });
    expect(write({ tools, toolChoice: { type: 'auto' } }).body).not.toHaveProperty('tool_choice');
    expect(write({ tools, toolChoice: { type: 'tool', name: 'gone' } }).unsupported[0]).toMatchObject({
      changesAnswer: true,
    });
  });

  it('says settings in Cohere’s words, within its bounds', () => {
    const schema = { type: 'object', properties: {} };
    const said = {
      topP: 1,
      topK: 3,
      maxTokens: 5,
      stop: ['a', 'b', 'c', 'd', 'e', 'f'],
      presencePenalty: -1,
      frequencyPenalty: 0.5,
    };
    const format = { type: 'schema' as const, name: 'n', description: '', schema, strict: true };
    const reasoning = { effort: 'high' as const, budgetTokens: 300, visible: null };
    const { body, unsupported } = write({
      ...said,
      answerFormat: format,
      reasoning,
      extra: { safety_mode: 'OFF', model: 'mine' },
    });
    expect(body).toEqual({
      ...{ model: 'command-a', stream: false, messages: [], safety_mode: 'OFF', p: 0.99, k: 3, max_tokens: 5 },
      ...{ stop_sequences: ['a', 'b', 'c', 'd', 'e'], frequency_penalty: 0.5 },
      response_format: { type: 'json_object', json_schema: schema },
      thinking: { type: 'enabled', token_budget: 300 },
    });
    expect(unsupported.map(({ field }) => field).sort()).toEqual(['presencePenalty', 'stop']);
    const none = { effort: 'none' as const, budgetTokens: null, visible: null };
    expect(write({ reasoning: none }).body.thinking).toEqual({ type: 'disabled' });
  });
});

it.skipIf(recordedFiles() === null)('the rules of Cohere let every recorded v2 request pass that was answered', () => {
  for (const { id, request, response } of readRecordings('cohere-cohere')) {
    if (request.path !== '/v2/chat' || response.status !== 200) continue;
    const body = JSON.parse(request.body?.text ?? '{}');
    for (const message of body.messages) if (message.content === null) delete message.content;
    expect(problemsOf({ path: request.path, headers: {}, body }), id).toEqual([]);
  }
});
