// Asking Gemini: conversations, and that no request breaks a rule of Google's.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Seal } from '../../proxy/dialects/neutral/request.ts';
import { endpointOf } from '../../proxy/upstream/endpoint.ts';
import { conversations, everyFeature } from './conversations.ts';
import { google, type Loose, say, write } from './gemini-request.ts';
import { problemsOf } from './rules/gemini.ts';

const signature = (value: string): Seal => ({ origin: 'gemini', kind: 'signature', value, id: '' });
const call = (id: string, name: string, text = '{}', seal: Seal | null = null): Part => ({
  type: 'tool-call',
  id,
  name,
  arguments: text,
  seal,
});
const result = (callId: string, text: string, failed = false): Part => ({
  type: 'tool-result',
  callId,
  name: '',
  content: [{ type: 'text', text }],
  failed,
});

describe('a request to Gemini', () => {
  it('breaks no rule of Google’s, whatever the conversation', () => {
    const models = [
      'gemini-2.0-flash',
      'gemini-2.5-flash',
      'gemini-2.5-pro',
      'gemini-3-pro-preview',
      'gemini-3.7-flash',
    ];
    fc.assert(
      fc.property(conversations(everyFeature), fc.constantFrom(...models), (request, model) => {
        const before = structuredClone(request);
        const { body, headers } = write(request, model);
        const { stream } = request;
        const endpoint = endpointOf({ provider: google, dialect: 'gemini', operation: 'chat', model, stream });
        const sent = JSON.parse(JSON.stringify(body));
        expect(problemsOf({ path: endpoint.path + endpoint.search, headers, body: sent })).toEqual([]);
        expect(request).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('says all that was said, in its order', () => {
    const features = {
      system: true,
      systemAnywhere: true,
      severalTexts: true,
      userAfterAnything: true,
      toolRounds: true,
    };
    fc.assert(
      fc.property(conversations(features), (request) => {
        const { systemInstruction, contents } = write(request).body;
        const parts = [systemInstruction, ...contents].flatMap((content: Loose) => content?.parts ?? []);
        const said = request.messages
          .filter((message) => message.role !== 'tool')
          .flatMap((message) => message.content);
        const texts = (list: Loose[]) => list.flatMap((part) => (part.text === undefined ? [] : [part.text]));
        expect(texts(parts)).toEqual(texts(said));
        const named = said.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
        const calls = parts.flatMap((part: Loose) => (part.functionCall ? [part.functionCall.id] : []));
        const answers = parts.flatMap((part: Loose) => (part.functionResponse ? [part.functionResponse.id] : []));
        expect([calls, answers]).toEqual([named, named]);
      }),
    );
  });

  it('has roles that take turns, with the instruction before and later ones where they were said', () => {
    const { body } = write({
      messages: [
        say('system', 'Be brief.'),
        say('user', 'Hi'),
        say('user', 'you'),
        say('assistant', 'Yes?'),
        say('system', 'Now rhyme.'),
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }, { text: 'you' }] },
        { role: 'model', parts: [{ text: 'Yes?' }] },
        { role: 'user', parts: [{ text: 'Now rhyme.' }] },
      ],
    });
  });

  it('asks an instruction that stands alone', () => {
    expect(write({ messages: [say('system', 'Tell a joke.')] }).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Tell a joke.' }] }],
    });
  });

  it('names the tool of each result, puts results right after the calls, and makes an object of each', () => {
    const { body } = write({
      messages: [
        say('user', 'Go'),
        say('assistant', call('a', 'f', '{"x":1}'), call('b', 'g', ''), call('c', 'h', 'oops')),
        say('system', 'Hurry.'),
        say('tool', result('a', '{"ok":true}'), result('b', 'plain'), result('c', 'broke', true)),
        say('user', 'And?'),
      ],
    });
    expect(body.contents[1].parts.map((part: Loose) => part.functionCall)).toEqual([
      { id: 'a', name: 'f', args: { x: 1 } },
      { id: 'b', name: 'g', args: {} },
      { id: 'c', name: 'h', args: { arguments: 'oops' } },
    ]);
    expect(body.contents[2].parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { ok: true } } },
      { functionResponse: { id: 'b', name: 'g', response: { result: 'plain' } } },
      { functionResponse: { id: 'c', name: 'h', response: { error: 'broke' } } },
      { text: 'Hurry.' },
      { text: 'And?' },
    ]);
  });

  it.each([
    ['gemini-3-pro-preview', ['skip_thought_signature_validator', undefined]],
    ['gemini-flash-latest', ['skip_thought_signature_validator', undefined]],
    ['gemini-2.5-pro', [undefined, undefined]],
  ])('to %s signs the first call of a step that came from somebody else as %j', (model, expected) => {
    const other: Seal = { origin: 'openrouter', kind: 'details', value: '[]', id: '' };
    const { body } = write(
      { messages: [say('user', 'Go'), say('assistant', call('a', 'f', '{}', other), call('b', 'f'))] },
      model,
    );
    expect(body.contents[1].parts.map((part: Loose) => part.thoughtSignature)).toEqual(expected);
  });

  it('gives signatures back where they came from', () => {
    const thought = (text: string, seal: Seal | null): Part => ({ type: 'reasoning', text, seal });
    const { body } = write({
      messages: [
        say('user', 'Go'),
        say('assistant', thought('unsigned', null), thought('', signature('AAA')), 'First.'),
        say('user', 'On'),
        say('assistant', 'Second.', thought('', signature('BBB')), thought('seen', signature('CCC'))),
        say('user', 'On'),
        say('assistant', thought('', signature('DDD')), call('a', 'f', '{}', signature('EEE')), call('b', 'f')),
      ],
    });
    expect(
      body.contents.filter((content: Loose) => content.role === 'model').map((content: Loose) => content.parts),
    ).toEqual([
      [{ text: 'First.', thoughtSignature: 'AAA' }],
      [
        { text: 'Second.', thoughtSignature: 'BBB' },
        { text: 'seen', thought: true, thoughtSignature: 'CCC' },
      ],
      [
        { text: '', thoughtSignature: 'DDD' },
        { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'EEE' },
        { functionCall: { id: 'b', name: 'f', args: {} } },
      ],
    ]);
  });

  it('carries images, sound and files as bytes or by address, and says what it cannot reach', () => {
    const { body, unsupported } = write({
      messages: [
        say(
          'user',
          { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: '' },
          { type: 'image', source: { kind: 'url', url: 'https://a.example/b.PNG?c=d.pdf' }, detail: 'high' },
          { type: 'file', source: { kind: 'url', url: 'gs://bucket/notes' }, name: 'notes.txt' },
          { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'BBBB' } },
          { type: 'file', source: { kind: 'id', id: 'file-1' }, name: '' },
        ),
      ],
    });
    expect(body.contents[0].parts).toEqual([
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { fileData: { mimeType: 'image/png', fileUri: 'https://a.example/b.PNG?c=d.pdf' } },
      { fileData: { mimeType: 'text/plain', fileUri: 'gs://bucket/notes' } },
      { inlineData: { mimeType: 'audio/wav', data: 'BBBB' } },
    ]);
    expect(unsupported).toMatchObject([{ field: 'messages[0].content[4]', changesAnswer: true }]);
  });

  it('puts an image of a tool inside its result from Gemini 3 on, beside it before', () => {
    const image: Part = { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: '' };
    const shown: Part = { type: 'tool-result', callId: 'a', name: 'f', content: [image], failed: false };
    const messages = [say('user', 'Go'), say('assistant', call('a', 'f')), say('tool', shown)];
    const blob = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };
    const response = { id: 'a', name: 'f', response: { result: '' } };
    expect(write({ messages }).body.contents[2].parts).toEqual([{ functionResponse: { ...response, parts: [blob] } }]);
    expect(write({ messages }, 'gemini-2.5-pro').body.contents[2].parts).toEqual([
      { functionResponse: response },
      blob,
    ]);
  });
});
