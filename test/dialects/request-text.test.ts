// The text of a request: the last thing a user said for previews, and all of it for estimates.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const tool = { type: 'function', function: { name: 'weather' } };
const cases: Array<[DialectName, unknown, string, string[]]> = [
  [
    'openai-chat',
    {
      messages: [
        { role: 'system', content: 'be kind' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'hello' },
            { type: 'image_url', image_url: {} },
          ],
        },
        { role: 'tool', content: 'sunny' },
      ],
      tools: [tool],
    },
    'hello',
    ['be kind', 'hello', 'sunny', 'weather'],
  ],
  ['openai-chat', { prompt: 'once upon', suffix: 'the end' }, 'once upon', ['once upon', 'the end']],
  ['openai-responses', { instructions: 'be kind', input: 'hello' }, 'hello', ['be kind', 'hello']],
  [
    'openai-responses',
    {
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
        { type: 'function_call_output', output: 'sunny' },
      ],
    },
    'hello',
    ['hello', 'sunny'],
  ],
  ['openai-embeddings', { input: ['one', 'two'] }, 'two', ['one', 'two']],
  ['openai-embeddings', { input: [1, 2, 3] }, '', []],
  [
    'anthropic-messages',
    {
      system: [{ type: 'text', text: 'be kind' }],
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: [{ type: 'tool_use', input: { a: 'Boston' } }] },
        { role: 'user', content: [{ type: 'tool_result', content: 'sunny' }] },
      ],
    },
    'hello',
    ['be kind', 'hello', 'Boston', 'sunny'],
  ],
  [
    'gemini',
    {
      systemInstruction: { parts: [{ text: 'be kind' }] },
      contents: [
        { parts: [{ text: 'hello' }] },
        { role: 'model', parts: [{ functionCall: { name: 'f', args: { a: 'Boston' } } }] },
        { role: 'user', parts: [{ functionResponse: { response: { r: 'sunny' } } }] },
      ],
    },
    'hello',
    ['be kind', 'hello', 'Boston', 'sunny'],
  ],
  [
    'gemini',
    { requests: [{ content: { parts: [{ text: 'one' }] } }, { content: { parts: [{ text: 'two' }] } }] },
    'two',
    ['one', 'two'],
  ],
  [
    'cohere',
    { preamble: 'be kind', chat_history: [{ role: 'USER', message: 'hi' }], message: 'hello' },
    'hello',
    ['be kind', 'hi', 'hello'],
  ],
  ['cohere', { messages: [{ role: 'user', content: 'hello' }] }, 'hello', ['hello']],
  ['cohere', { texts: ['one', 'two'] }, 'two', ['one', 'two']],
  ['other', { messages: [{ role: 'user', content: 'hello' }] }, '', []],
];

describe('the text of a request', () => {
  test.each(cases)('to %s of %j', (dialect, body, lastUser, all) => {
    const text = dialects[dialect].requestText(body);
    expect(text.lastUser).toBe(lastUser);
    for (const piece of all) expect(text.all).toContain(piece);
  });

  test('is found in whatever JSON there is, without throwing', () => {
    const odd = fc.jsonValue().map((value) => ({
      messages: value,
      contents: value,
      input: value,
      prompt: value,
      texts: value,
      chat_history: value,
      system: value,
    }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), odd), fc.constantFrom(...Object.values(dialects)), (body, dialect) => {
        const text = dialect.requestText(body);
        expect([typeof text.lastUser, typeof text.all]).toEqual(['string', 'string']);
      }),
    );
  });

  test.skipIf(recordedFiles() === null)('is found in every recorded chat', () => {
    for (const [file, dialect] of [
      ['openai-chat', 'openai-chat'],
      ['openai-responses', 'openai-responses'],
      ['anthropic-messages', 'anthropic-messages'],
      ['gemini-gemini', 'gemini'],
      ['cohere-cohere', 'cohere'],
    ] as Array<[string, DialectName]>) {
      for (const { id, request } of readRecordings(file)) {
        if (request.body?.text)
          expect(dialects[dialect].requestText(JSON.parse(request.body.text)).all, id).not.toBe('');
      }
    }
  });
});
