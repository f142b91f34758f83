// The generator of conversations keeps its word; every suite of translations builds upon it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NeutralRequest } from '../../proxy/dialects/neutral/request.ts';
import { conversations, everyFeature } from './conversations.ts';

const problems = ({ messages }: NeutralRequest): string[] => {
  const found: string[] = [];
  const seen = new Set<string>();
  messages.forEach(({ role, content }, at) => {
    const calls = content.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
    const next = messages[at + 1]?.content.flatMap((part) => (part.type === 'tool-result' ? [part.callId] : [])) ?? [];
    if (calls.map((call) => call.id).join() !== next.join()) found.push(`calls of ${at} are not answered`);
    if (role === 'tool' && messages[at + 1]?.role === 'tool') found.push('two tool messages in a row');
    if (content.length === 0) found.push('an empty message');
    for (const call of calls) if (seen.has(call.id) || !seen.add(call.id)) found.push('an id twice');
  });
  const last = messages.at(-1)?.role ?? 'nobody';
  return last === 'user' || last === 'tool' ? found : [...found, `${last} has the last word`];
};

it('makes nothing but well-formed conversations', () => {
  for (const features of [{}, { toolRounds: true }, everyFeature]) {
    fc.assert(
      fc.property(conversations(features), (request) => {
        expect(problems(request)).toEqual([]);
      }),
    );
  }
});

it('makes only what was named', () => {
  const plain = fc.sample(conversations(), 100);
  expect(plain.every(({ tools, stop }) => tools.length === 0 && stop.length === 0)).toBe(true);
  const kinds = (requests: NeutralRequest[]) =>
    new Set(requests.flatMap(({ messages }) => messages.flatMap(({ content }) => content.map((part) => part.type))));
  expect([...kinds(plain)]).toEqual(['text']);
  expect([...kinds(fc.sample(conversations(everyFeature), 300))].sort()).toEqual([
    'audio',
    'file',
    'image',
    'reasoning',
    'refusal',
    'text',
    'tool-call',
    'tool-result',
  ]);
});
