// Requests of every dialect read as a conversation; recorded ones where they are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import { jsonLines } from '../../dashboard/src/code/json-lines.ts';
import { stretchesOf } from '../../dashboard/src/conversation/prose.ts';
import { readConversation } from '../../dashboard/src/conversation/read-conversation.ts';
import { requestBodyFor } from '../support/dashboard-bodies.ts';

const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'cohere'] as const;

describe.each(dialects)('%s', (dialect) => {
  const turns = readConversation(dialect, JSON.stringify(requestBodyFor(dialect, 'some-model', 'Where is my parcel?')));
  const parts = turns.flatMap((turn) => turn.parts);

  test('system, user, assistant and tool follow each other', () => {
    expect(turns.map((turn) => turn.role)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(parts).toContainEqual({ kind: 'text', text: 'Where is my parcel?' });
  });
  test('the tool call has its arguments and the result its name', () => {
    const call = parts.find((part) => part.kind === 'call');
    expect(call).toMatchObject({ name: 'look_up_charges' });
    expect(JSON.parse(call?.kind === 'call' ? call.arguments : '')).toHaveProperty('account', 'acct_4711');
    expect(parts.find((part) => part.kind === 'result')).toMatchObject({ name: 'look_up_charges' });
  });
  test('odd bodies never throw', () => {
    fc.assert(
      fc.property(fc.json(), (body) => void readConversation(dialect, body)),
      { numRuns: 200 },
    );
    const fields = fc.constantFrom(
      'messages',
      'contents',
      'input',
      'system',
      'role',
      'content',
      'parts',
      'tool_calls',
      'type',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('user', 'text', null, 3),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fields, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => void readConversation(dialect, JSON.stringify(body))),
      { numRuns: 300 },
    );
  });
});

test('a body that was cut short is not a conversation', () =>
  expect(readConversation('openai-chat', '{"messages":[{"ro')).toEqual([]));

const recorded = path.resolve(import.meta.dirname, '../../../shared/recorded');
const dialectOf: Record<string, DialectName> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  messages: 'anthropic-messages',
  gemini: 'gemini',
  cohere: 'cohere',
};
if (!existsSync(recorded)) {
  process.stderr.write('LEFT OUT: recorded requests, for ../shared/recorded is absent\n');
}
test.skipIf(!existsSync(recorded))('every recorded request shows all its messages', () => {
  const unread: string[] = [];
  let count = 0;
  for (const file of readdirSync(recorded).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(path.join(recorded, file), 'utf8').split('\n').filter(Boolean)) {
      const { id, api, request } = JSON.parse(line);
      const dialect = file.startsWith('openai-messages') ? undefined : dialectOf[api];
      const body = request.body?.text;
      if (!dialect || !body || request.method !== 'POST') continue;
      if (!/"(messages|contents|input|message)"/.test(body)) continue;
      count += 1;
      const turns = readConversation(dialect, body);
      if (turns.length === 0) unread.push(`${file} ${id}`);
      for (const turn of turns)
        if (turn.role === 'other' && turn.parts.every((part) => part.kind !== 'other'))
          unread.push(`role ${file} ${id}`);
    }
  }
  process.stderr.write(`recorded requests read as conversations: ${count - unread.length} of ${count}\n`);
  expect(unread).toEqual([]);
  expect(count).toBeGreaterThan(300);
});

describe('prose', () => {
  test('code and masked places are set apart', () => {
    expect(stretchesOf('To [EMAIL] and [TODO]:\n```js\na()\n```\nBye', ['EMAIL'])).toEqual([
      { kind: 'prose', text: 'To ' },
      { kind: 'masked', text: '[EMAIL]' },
      { kind: 'prose', text: ' and [TODO]:' },
      { kind: 'code', text: 'a()' },
      { kind: 'prose', text: 'Bye' },
    ]);
  });
  test('without fences no character is lost', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('```'));
        expect(
          stretchesOf(text, ['EMAIL'])
            .map((stretch) => stretch.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

test('a folded tree has one line, an open one a line per value', () => {
  const json = { a: [1, { b: 'x' }], c: null };
  expect(jsonLines(json, () => true)).toHaveLength(1);
  expect(jsonLines(json, () => false).map((line) => line.path)).toEqual(['', '/a', '/a/0', '/a/1', '/a/1/b', '/c']);
});
