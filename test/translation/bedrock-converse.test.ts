// Asking Converse: conversations in its words, and that no request breaks one of its rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, SealOrigin } from '../../proxy/dialects/neutral/request.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { asking, assistant, audio, call, image, result, results, text, tool, user } from './asking.ts';
import { conversations, everyFeature } from './conversations.ts';
import { problemsOf } from './rules/bedrock.ts';
import type { Loose } from './rules/shape.ts';

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const write = asking('bedrock-converse', claude);
const models = [
  claude,
  'anthropic.claude-3-haiku-20240307-v1:0',
  'eu.anthropic.claude-opus-5-v1:0',
  'us.amazon.nova-2-lite-v1:0',
  'openai.gpt-oss-120b-1:0',
  'us.meta.llama4-maverick-17b-instruct-v1:0',
];
const file = (name: string): Part => {
  return { type: 'file', name, source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' } };
};
const silence: Part = { ...result, content: [] };
const sealed = (origin: SealOrigin, kind: 'signature' | 'redacted'): Part => {
  return { type: 'reasoning', text: 'Hm', seal: { origin, kind, value: 'sig', id: '' } };
};

describe('a request to Converse', () => {
  it('breaks none of its rules, whatever is asked of whichever model', () => {
    fc.assert(
      fc.property(conversations(everyFeature), fc.constantFrom(...models), (request, model) => {
        const { body, headers } = write(request, { model });
        expect(problemsOf({ path: `/model/${model}/converse`, headers, body })).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('leaves nothing unsaid of what it has words for', () => {
    const features = {
      ...{ system: true, severalTexts: true, images: true, files: true, toolRounds: true, toolImages: true },
      ...{ failedResults: true, reasoning: true, cacheMarks: true, topK: true, stops: true },
    };
    fc.assert(
      fc.property(conversations(features), (request) => {
        const { told } = write({ ...request, parallelToolCalls: null, toolChoice: null });
        expect(told).toEqual([]);
      }),
    );
  });

  it('takes turns: results of tools head the user’s, system stands apart', () => {
    const system = { role: 'system' as const, content: [text('Be kind.')], name: '' };
    const messages = [
      system,
      user(text('Rome?')),
      assistant(call),
      results({ ...result, failed: true }),
      user(text('Now?')),
    ];
    expect(write({ messages, maxTokens: 9, temperature: 1.5, stop: ['END', ' '] }).body).toEqual({
      system: [{ text: 'Be kind.' }],
      messages: [
        { role: 'user', content: [{ text: 'Rome?' }] },
        { role: 'assistant', content: [{ toolUse: { toolUseId: 'c1', name: 'weather', input: { city: 'Rome' } } }] },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'c1', content: [{ text: 'sunny' }], status: 'error' } },
            { text: 'Now?' },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 9, temperature: 1, stopSequences: ['END'] },
      // The request offers no tools, but calls in the history must be described.
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'weather',
              description: 'No longer available.',
              inputSchema: { json: { type: 'object' } },
            },
          },
        ],
      },
    });
  });

  it('sends nothing blank', () => {
    const messages = [user(text('?')), assistant(text(' ')), user(text('!')), assistant(call), results(silence)];
    const { body } = write({ messages });
    expect(body.messages.map((turn: Loose) => turn.content.length)).toEqual([2, 1, 1]);
    expect(body.messages[2].content[0].toolResult.content).toEqual([{ text: '(no output)' }]);
  });

  it('lets the user begin, but where Claude is asked', () => {
    const roles = (model: string) =>
      write({ messages: [assistant(text('Hi')), user(text('Hi'))] }, { model }).body.messages.map(
        (turn: Loose) => turn.role,
      );
    expect(roles(claude)).toEqual(['assistant', 'user']);
    expect(roles('us.amazon.nova-pro-v1:0')).toEqual(['user', 'assistant', 'user']);
  });

  it('gives an id that Bedrock would refuse another, for call and result alike', () => {
    const odd = { id: 'call/1:é', callId: 'call/1:é' };
    const messages = [user(text('?')), assistant({ ...call, ...odd }), results({ ...result, ...odd })];
    const [, made, answered] = write({ messages }).body.messages;
    const id = made.content[0].toolUse.toolUseId;
    expect(id).toMatch(/^[\w-]{1,64}$/);
    expect(answered.content[0].toolResult.toolUseId).toBe(id);
  });

  it('takes pictures and documents as bytes, each document under a name of its own', () => {
    const messages = [
      user(file('Über  uns.pdf'), file('Über  uns.pdf'), image(), image('https://x.example/a.png'), audio),
    ];
    const { body, told } = write({ messages });
    const [first, second, picture, words] = body.messages[0].content;
    expect([first.document.name, second.document.name]).toEqual(['-ber uns', '-ber uns (2)']);
    expect(picture).toEqual({ image: { format: 'png', source: { bytes: 'AAAA' } } });
    expect(words).toEqual({ text: '.' });
    expect(told).toEqual([
      ['messages[0].content[3]', true],
      ['messages[0].content[4]', true],
    ]);
  });

  it('returns Anthropic’s seals to Claude, what nobody may read as bytes, and other seals to nobody', () => {
    const thoughts = [sealed('anthropic', 'signature'), sealed('anthropic', 'redacted'), sealed('gemini', 'signature')];
    const messages = [user(text('?')), assistant(...thoughts, text('Hi'))];
    expect(write({ messages }).body.messages[1].content).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm', signature: 'sig' } } },
      { reasoningContent: { redactedContent: Buffer.from('sig').toString('base64') } },
      { text: 'Hi' },
    ]);
    expect(write({ messages }, { model: 'qwen.qwen3-32b-v1:0' }).body.messages[1].content).toEqual([{ text: 'Hi' }]);
  });

  it('cannot forbid tools that have been called, but drops others', () => {
    const none = { tools: [tool], toolChoice: { type: 'none' as const } };
    expect(write(none).told).toEqual([]);
    expect(write(none).body).not.toHaveProperty('toolConfig');
    const messages = [user(text('?')), assistant(call), results(result)];
    expect(write({ ...none, messages }).told).toEqual([['toolChoice', true]]);
  });

  it.skipIf(recordedFiles() === null)('the rules let every recorded request pass that was answered', () => {
    // These hold what no client of ours can ask, or what only some let pass: a blank text, two turns of one role.
    const own = /guardContent|systemTool|promptVariables|s3Location|performanceConfig|"text": ?"\\n"|guardrailConfig/;
    for (const { id, request, response } of readRecordings('bedrock-converse')) {
      const asked = request.body?.text ?? '{}';
      if (response.status !== 200 || own.test(asked)) continue;
      const body = { inferenceConfig: {}, ...JSON.parse(asked) };
      if (body.system?.length === 0) delete body.system;
      const path = decodeURIComponent(request.path).replace(/arn:[^/]+\//, '');
      expect(problemsOf({ path, headers: {}, body }), id).toEqual([]);
    }
  });
});
