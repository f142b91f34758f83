// What is put right in a request that passes unchanged but for this: thoughts that nobody signed, calls that have no type.
import { describe, expect, it } from 'vitest';
import {
  mayHoldUnsignedThoughts,
  withoutUnsignedThoughts,
} from '../../proxy/dialects/anthropic-messages/own-thoughts.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { emptyRequest } from '../../proxy/dialects/neutral/request.ts';
import { mayHoldUntypedCalls, withCallTypes } from '../../proxy/dialects/openai-chat/typed-calls.ts';
import { inputWithoutOwnThoughts, mayHoldOwnThoughts } from '../../proxy/dialects/openai-responses/own-thoughts.ts';
import { newExchangeId } from '../../proxy/exchange-id.ts';
import { openHouse } from '../support/proxy-house.ts';
import { startHeaderUpstream } from '../upstream/header-upstream.ts';

const bytes = (json: unknown): Buffer => Buffer.from(JSON.stringify(json));
const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"function":1}' } };
const { type: _, ...untyped } = call;
const asking = (calls: unknown[]) => ({
  model: 'm',
  tools: [{ type: 'function', function: { name: 'f' } }],
  messages: [
    { role: 'user', content: 'say "function":' },
    { role: 'assistant', tool_calls: calls },
  ],
});

describe('calls without a type', () => {
  it('get one, and the others stay as they are', () => {
    expect(mayHoldUntypedCalls(bytes(asking([call, untyped])))).toBe(true);
    expect(withCallTypes(asking([call, untyped]))).toEqual(asking([call, call]));
  });

  it('are looked for cheaply, and not found where there are none', () => {
    expect(mayHoldUntypedCalls(bytes(asking([call, call])))).toBe(false);
    expect(mayHoldUntypedCalls(Buffer.from(JSON.stringify(asking([call]), null, 2)))).toBe(false);
    expect(withCallTypes(asking([call]))).toBeNull();
    expect(withCallTypes('no object')).toBeNull();
  });
});

describe('thoughts without a signature', () => {
  const thought = (signature: string) => ({ type: 'thinking', thinking: 'hm', signature });
  const text = { type: 'text', text: 'hi' };
  const said = (content: unknown) => ({ messages: [{ role: 'assistant', content }], max_tokens: 5 });

  it('stay here, and signed ones go along', () => {
    const body = said([thought(''), thought('abc'), text]);
    expect(mayHoldUnsignedThoughts(bytes(body))).toBe(true);
    expect(withoutUnsignedThoughts(body)).toEqual(said([thought('abc'), text]));
  });

  it('take their turn along where there was nothing else in it', () => {
    const body = { messages: [...said([thought('')]).messages, ...said([text]).messages] };
    expect(withoutUnsignedThoughts(body)).toEqual({ messages: said([text]).messages });
  });

  it('are none of the business of a body that has none', () => {
    expect(mayHoldUnsignedThoughts(bytes(said([thought('abc'), text])))).toBe(false);
    expect(withoutUnsignedThoughts(said('plain words'))).toBeNull();
    expect(withoutUnsignedThoughts(null)).toBeNull();
  });
});

/** As a client of /responses gets it from somebody who is asked in another format. */
function ownAnswer(pieces: number): Record<string, unknown>[] {
  const writer = dialects['openai-responses'].client?.answerWriter({
    ...{ exchangeId: newExchangeId(Date.UTC(2026, 0, 2)), created: 1, model: 'm', request: emptyRequest() },
    costOf: () => null,
  });
  for (let block = 0; block < pieces; block++) writer?.event({ type: 'reasoning', choice: 0, block, text: 'hm' });
  writer?.event({ type: 'text', choice: 0, text: 'Yes.' });
  return writer?.whole().output as Record<string, unknown>[];
}

describe('thoughts under an id that we made up', () => {
  const asked = { role: 'user', content: 'Hi' };
  const theirs = { type: 'reasoning', id: `rs_${'0a1b2c3d4e5f6789'.repeat(3)}`, summary: [] };
  const sealed = (item: object) => ({ ...item, encrypted_content: 'gAAA' });

  it('stay here however many there are, and all else goes along', () => {
    const items = ownAnswer(300);
    const said = items.at(-1);
    expect(items).toHaveLength(301);
    const input = [asked, ...items, theirs, sealed(items[0] as object)];
    expect(mayHoldOwnThoughts(bytes({ input }))).toBe(true);
    expect(inputWithoutOwnThoughts({ input })).toEqual([asked, said, theirs, sealed(items[0] as object)]);
  });

  it('are looked for cheaply, and not found where there are none', () => {
    expect(mayHoldOwnThoughts(bytes({ input: [asked, theirs, { ...theirs, id: 'rs_1' }, { id: 'rs_' }] }))).toBe(false);
    expect(inputWithoutOwnThoughts({ input: [asked, theirs] })).toBeNull();
    expect(inputWithoutOwnThoughts({ input: 'Hi' })).toBeNull();
    expect(inputWithoutOwnThoughts(null)).toBeNull();
  });
});

describe('on their way through the proxy', () => {
  const post = async (url: string, path: string, body: string): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    await answer.text();
  };

  it('thoughts of ours do not reach who would refuse them, and the bytes around stay as they were', async () => {
    const upstream = await startHeaderUpstream();
    const apiKey = 'k';
    const anthropic = { baseUrl: upstream.url, apiKey };
    const openai = { baseUrl: `${upstream.url}/v1`, apiKey };
    const house = await openHouse({ configuration: { providers: { openai, anthropic } } });
    const input = [{ role: 'user', content: 'Hi' }, ...ownAnswer(1)];
    const around = (field: string, value: unknown) =>
      `{ "model":"m",  "${field}":${JSON.stringify(value)}, "top_p": 1.0}`;
    await post(house.url, '/v1/responses', around('input', input));
    const signed = { type: 'thinking', thinking: 'hm', signature: 'abc' };
    const turn = (...content: unknown[]) => [{ role: 'assistant', content }];
    await post(house.url, '/v1/messages', around('messages', turn({ ...signed, signature: '' }, signed)));
    const untouched = around('messages', turn(signed));
    await post(house.url, '/v1/messages', untouched);
    expect(upstream.requests.map(({ body }) => body)).toEqual([
      `{"model":"m","input":${JSON.stringify([input[0], input[2]])},"top_p":1.0}`,
      `{"model":"m","messages":${JSON.stringify(turn(signed))},"top_p":1.0}`,
      untouched,
    ]);
    await house.close();
    await upstream.close();
  });
});
