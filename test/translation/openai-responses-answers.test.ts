// Answers for clients of /responses are what OpenAI's schema and SDK expect, and say what the model said.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { unknownUsage } from '../../contract/usage.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { responsesClient } from '../../proxy/dialects/openai-responses/client.ts';
import { answerEvents } from './answer-events.ts';
import { openaiSchemaJudge } from './openai-schema.ts';
import { eventsOf, readingOf, written } from './responses-answers.ts';
import type { Loose } from './rules/shape.ts';

const judge = openaiSchemaJudge();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** OpenAI's SDK, talking to a server that gives this answer to everybody. */
async function sdkAgainst(type: string, body: string): Promise<OpenAI> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': type }).end(body));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'k', maxRetries: 0 });
}

const start: NeutralEvent = { type: 'start', id: 'msg_1', model: 'claude' };
const text = (said: string): NeutralEvent => ({ type: 'text', choice: 0, text: said });
const called = (call: number, id = `call_${call}`): NeutralEvent => {
  return { type: 'tool-call', choice: 0, call, id, name: 'f', seal: null };
};
const piece = (call: number, said: string): NeutralEvent => ({ type: 'tool-arguments', choice: 0, call, text: said });
const finish = (unified: Loose, raw = ''): NeutralEvent => {
  return { type: 'finish', choice: 0, finish: { unified, raw }, stopSequence: '' };
};

describe('an answer written for a client of /responses', () => {
  it('is numbered, named and summed up as OpenAI’s schema has it', () => {
    fc.assert(
      fc.property(answerEvents(), (events) => {
        const { stream, data, whole } = written(events);
        expect(data.map((event) => event.sequence_number)).toEqual(data.map((_, index) => index));
        expect(stream.map(({ name }) => name)).toEqual(data.map((event) => event.type));
        expect(data.at(-1).response).toEqual(whole);
        if (judge === null) return;
        expect(judge('Response', whole)).toEqual([]);
        for (const event of data) expect(judge(schemaOf(event), event), event.type).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('ends everything that it begins, and repeats at each end what was said', () => {
    fc.assert(
      fc.property(answerEvents(), (events) => {
        const { data, whole } = written(events);
        const place = (event: Loose) => [event.output_index, event.content_index, event.summary_index].join();
        const at = (type: string) => data.filter((event) => event.type === `response.${type}`);
        for (const stage of ['output_item', 'content_part', 'reasoning_summary_part']) {
          expect(at(`${stage}.done`).map(place).sort(), stage).toEqual(at(`${stage}.added`).map(place).sort());
        }
        for (const [kind, field] of Object.entries(texts)) {
          for (const done of at(`${kind}.done`)) {
            const deltas = at(`${kind}.delta`).filter((event) => place(event) === place(done));
            expect(deltas.map(({ delta }) => delta).join(''), kind).toBe(done[field]);
          }
        }
        for (const { item, output_index: index } of at('output_item.done')) expect(item).toEqual(whole.output[index]);
      }),
      { numRuns: 100 },
    );
  });

  it('is put together by the SDK as the model said it', async () => {
    for (const events of fc.sample(answerEvents(), { numRuns: 12, seed: 7 })) {
      const { answer } = readingOf(events);
      const sdk = await sdkAgainst('text/event-stream', written(events).text);
      const final = await sdk.responses.stream({ model: 'm', input: 'hi' }).finalResponse();
      expect(final.output_text).toBe(answer?.text);
      const calls = final.output.filter((item) => item.type === 'function_call');
      expect(calls.map((item) => [item.call_id, item.name, item.arguments])).toEqual(
        answer?.toolCalls.map((call) => [call.id, call.name, call.arguments]),
      );
      const streamed = await sdk.responses.create({ model: 'm', input: 'hi', stream: true });
      let said = '';
      for await (const event of streamed) if (event.type === 'response.output_text.delta') said += event.delta;
      expect(said).toBe(answer?.text);
    }
  });

  it('keeps parallel calls apart, even where their pieces interleave', async () => {
    const events = [
      start,
      called(0),
      piece(0, '{"a"'),
      called(1),
      piece(1, '{"b":'),
      piece(0, ':1}'),
      piece(1, '2}'),
      finish('tool_calls'),
    ];
    const { text: stream, whole } = written(events);
    const sdk = await sdkAgainst('text/event-stream', stream);
    const final = await sdk.responses.stream({ model: 'm', input: 'hi' }).finalResponse();
    expect(final.output.map((item: Loose) => [item.call_id, item.arguments, item.status])).toEqual([
      ['call_0', '{"a":1}', 'completed'],
      ['call_1', '{"b":2}', 'completed'],
    ]);
    expect(whole.output.map((item: Loose) => item.id)).toEqual([
      ...new Set(whole.output.map((item: Loose) => item.id)),
    ]);
  });

  it('goes through every stage of an item, in OpenAI’s order', () => {
    const events = [
      start,
      { type: 'reasoning', choice: 0, block: 0, text: 'hm' } as const,
      text('a'),
      text('b'),
      called(0),
      finish('tool_calls'),
    ];
    expect(written(events).stream.map(({ name }) => name.replace('response.', ''))).toEqual([
      ...[
        'created',
        'in_progress',
        'output_item.added',
        'reasoning_summary_part.added',
        'reasoning_summary_text.delta',
      ],
      ...['reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done', 'output_item.added'],
      ...['content_part.added', 'output_text.delta', 'output_text.delta', 'output_text.done', 'content_part.done'],
      ...['output_item.done', 'output_item.added', 'function_call_arguments.delta', 'function_call_arguments.done'],
      ...['output_item.done', 'completed'],
    ]);
  });

  it.each([
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content_filter', 'incomplete', { reason: 'content_filter' }],
    ['other', 'completed', null],
    ['error', 'failed', null],
  ])('that ends with %s is %s', (unified, status, details) => {
    const { data, whole } = written([start, text('a'), finish(unified, 'why')]);
    expect(data.at(-1).type).toBe(`response.${status}`);
    expect(whole).toMatchObject({ status, incomplete_details: details });
    expect(whole.output[0].status).toBe(status === 'completed' ? 'completed' : 'incomplete');
    expect(whole.error?.code ?? null).toBe(status === 'failed' ? 'server_error' : null);
  });

  it('repeats the request, and tells usage with its cost', () => {
    const usage = {
      ...unknownUsage,
      inputUncached: 5,
      inputCacheRead: 3,
      outputText: 2,
      outputReasoning: 4,
      total: 14,
    };
    const { whole } = written([start, { type: 'usage', usage, reportedCost: '0.5' }], {
      messages: [{ role: 'system', content: [{ type: 'text', text: 'Be brief.' }], name: '' }],
      tools: [{ name: 'f', description: '', parameters: null, strict: null }],
      toolChoice: { type: 'tool', name: 'f' },
      ...{ temperature: 0.5, maxTokens: 100, metadata: { a: 'b' }, parallelToolCalls: false },
    });
    expect(whole).toMatchObject({
      ...{ id: 'msg_1', object: 'response', created_at: 1_790_000_000, model: 'claude', instructions: 'Be brief.' },
      tools: [{ type: 'function', name: 'f' }],
      tool_choice: { type: 'function', name: 'f' },
      ...{ temperature: 0.5, max_output_tokens: 100, metadata: { a: 'b' }, parallel_tool_calls: false },
      usage: {
        ...{ input_tokens: 8, input_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 }, output_tokens: 6 },
        ...{ output_tokens_details: { reasoning_tokens: 4 }, total_tokens: 14, cost: 0.5 },
      },
    });
    const silent = written([{ type: 'start', id: '', model: '' }]).whole;
    expect(silent).toMatchObject({ id: 'resp_0192f0c1000070008000000000000001', model: 'asked-model', usage: null });
  });

  it('gives OpenAI’s seals back under the id they are bound to, and nobody else’s', () => {
    const seal = (origin: Loose, kind: Loose): NeutralEvent => {
      return {
        type: 'reasoning-seal',
        choice: 0,
        block: 0,
        seal: { origin, kind, value: 'v', id: origin === 'openai' ? 'rs_9' : '' },
      };
    };
    const thought: NeutralEvent = { type: 'reasoning', choice: 0, block: 0, text: 'hm' };
    expect(written([start, thought, seal('anthropic', 'signature'), text('a')]).text).not.toContain(
      'encrypted_content',
    );
    const { stream, whole } = written([start, thought, seal('openai', 'encrypted'), text('a')]);
    expect(whole.output).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'hm' }] },
      { type: 'reasoning', id: 'rs_9', summary: [], encrypted_content: 'v' },
      { type: 'message' },
    ]);
    expect(eventsOf(stream)).toContainEqual({ ...seal('openai', 'encrypted'), block: 1 });
    const { messages } = responsesClient.readRequest({ model: 'm', input: whole.output });
    expect(messages[0]?.content.map((part) => part.type)).toEqual(['reasoning', 'reasoning', 'text']);
  });

  it('leaves out all choices but the first', () => {
    expect(written([start, text('a'), { type: 'text', choice: 1, text: 'b' }]).whole.output).toHaveLength(1);
  });
});

/** What grows by deltas, and the field in which its end repeats it. */
const texts = {
  output_text: 'text',
  refusal: 'refusal',
  reasoning_summary_text: 'text',
  function_call_arguments: 'arguments',
};

/** `response.output_text.delta` is ResponseTextDeltaEvent in the schema; the union of all events is dear to check. */
function schemaOf({ type }: Loose): string {
  const name = type.replace('response.', '').replace('output_text', 'text').split(/[._]/);
  return `Response${name.map((word: string) => word[0]?.toUpperCase() + word.slice(1)).join('')}Event`;
}
