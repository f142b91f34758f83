// The providers' own prompt caches: what an app says of them reaches the provider in whichever format, and what they did is
// recorded and priced apart.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FailoverHouse } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { openCacheHouse } from './cache-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openCacheHouse({
    routes: [
      { name: 'claude', match: { model: 'claude' }, targets: [{ provider: 'claude', model: 'claude-sonnet-4-5' }] },
    ],
  });
  const body = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' },
    ...{ content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', stop_sequence: null },
    usage: {
      ...{ input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 3000, cache_creation_input_tokens: 700 },
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 500 },
    },
  };
  at.claude.respond(answer({ pieces: [JSON.stringify(body)], framing: 'length' }));
});
afterAll(() => at.close());

const marked = [{ type: 'text', text: 'A long handbook', cache_control: { type: 'ephemeral', ttl: '1h' } }];

it.each([
  ['OpenAI’s', '/v1/chat/completions', { messages: [{ role: 'user', content: marked }] }],
  ['Anthropic’s', '/v1/messages', { messages: [{ role: 'user', content: marked }] }],
])('passes the mark of a request in %s format and records each bucket', async (_, path, body) => {
  const said = await at.ask('claude', { path, body: { ...body, max_tokens: 9 } });
  expect(said.status).toBe(200);
  const sent = JSON.parse(at.claude.requests.at(-1)?.body.toString() ?? '');
  expect(sent.messages[0].content[0].cache_control).toEqual({ type: 'ephemeral', ttl: '1h' });
  const { usage, pricing } = await said.record();
  expect(usage).toMatchObject({
    inputUncached: 5,
    inputCacheRead: 3000,
    inputCacheWrite5m: 200,
    inputCacheWrite1h: 500,
  });
  expect(new Set(pricing.breakdown.map(({ bucket }) => bucket))).toEqual(
    new Set(['inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'outputText']),
  );
});
