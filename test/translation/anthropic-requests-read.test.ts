// Requests of clients that speak Anthropic's /v1/messages, as they are read into the neutral form.
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../proxy/dialects/anthropic-messages/read-request.ts';
import { type Message, type NeutralRequest, type Part, RequestProblem } from '../../proxy/dialects/neutral/request.ts';

const said = (role: Message['role'], ...content: (string | Part)[]): Message => {
  return {
    role,
    name: '',
    content: content.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
  };
};

describe('a request of an Anthropic client', () => {
  const read = (more: Record<string, unknown>): NeutralRequest =>
    readRequest({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], ...more });

  it('gives tool results a message of their own before the user’s words', () => {
    const content = [
      { type: 'text', text: 'and now?' },
      {
        type: 'tool_result',
        tool_use_id: 'a',
        content: 'no',
        is_error: true,
        cache_control: { type: 'ephemeral', ttl: '1h' },
      },
      { type: 'tool_result', tool_use_id: 'b' },
    ];
    expect(read({ messages: [{ role: 'user', content }] }).messages).toEqual([
      said(
        'tool',
        {
          type: 'tool-result',
          callId: 'a',
          name: '',
          content: [{ type: 'text', text: 'no' }],
          failed: true,
          cache: { ttl: '1h' },
        },
        { type: 'tool-result', callId: 'b', name: '', content: [], failed: false },
      ),
      said('user', 'and now?'),
    ]);
  });

  it('keeps the seals of its thoughts, and none where nobody signed', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'thinking', thinking: 'shown', signature: '' },
      { type: 'text', text: 'Well' },
    ];
    const [, message] = read({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content },
      ],
    }).messages;
    expect(message?.content.slice(0, 3)).toEqual([
      { type: 'reasoning', text: 'hm', seal: { origin: 'anthropic', kind: 'signature', value: 'sig', id: '' } },
      { type: 'reasoning', text: '', seal: { origin: 'anthropic', kind: 'redacted', value: 'xyz', id: '' } },
      { type: 'reasoning', text: 'shown', seal: null },
    ]);
  });

  it('reads settings in all their spellings', () => {
    const schema = { type: 'object' };
    expect(read({ thinking: { type: 'enabled', budget_tokens: 2000 } }).reasoning).toMatchObject({
      budgetTokens: 2000,
    });
    expect(read({ thinking: { type: 'disabled' } }).reasoning?.effort).toBe('none');
    const adaptive = { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'max' } };
    expect(read(adaptive).reasoning).toEqual({ effort: 'max', budgetTokens: null, visible: true });
    expect(read({ output_config: { effort: 'low' } }).reasoning?.effort).toBe('low');
    for (const format of [
      { output_config: { format: { type: 'json_schema', schema } } },
      { output_format: { type: 'json_schema', schema } },
    ]) {
      expect(read(format).answerFormat).toMatchObject({ type: 'schema', schema });
    }
    expect(read({ tool_choice: { type: 'any', disable_parallel_tool_use: true } })).toMatchObject({
      toolChoice: { type: 'required' },
      parallelToolCalls: false,
    });
    expect(read({ metadata: { user_id: 'u' }, service_tier: 'auto' })).toMatchObject({
      user: 'u',
      serviceTier: 'auto',
    });
  });

  it('puts what only Anthropic has beyond, and hands on what nobody knows', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const served = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const { beyond, extra, tools } = read({
      ...{
        mcp_servers: [1],
        container: 'c',
        frequency: 1,
        cache_control: null,
        tools: [search, { name: 'x', input_schema: {} }],
      },
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [served, { type: 'text', text: 'a' }] },
      ],
    });
    expect(beyond).toEqual({ mcp_servers: [1], container: 'c', 'tools[0]': search, 'messages[1].content[0]': served });
    expect([extra, tools.map((tool) => tool.name)]).toEqual([{ frequency: 1 }, ['x']]);
  });

  it('reads documents of every source', () => {
    const document = (source: unknown) =>
      read({ messages: [{ role: 'user', content: [{ type: 'document', title: 't', source }] }] }).messages[0]
        ?.content[0];
    const text = { kind: 'data', mediaType: 'text/plain', data: Buffer.from('Grüße').toString('base64') };
    expect(document({ type: 'text', media_type: 'text/plain', data: 'Grüße' })).toMatchObject({
      source: text,
      name: 't',
    });
    expect(document({ type: 'content', content: [{ type: 'text', text: 'Grüße' }] })).toMatchObject({ source: text });
    expect(document({ type: 'url', url: 'https://x' })).toMatchObject({ source: { kind: 'url', url: 'https://x' } });
    expect(document({ type: 'file', file_id: 'file_1' })).toMatchObject({ source: { kind: 'id', id: 'file_1' } });
  });

  it.each([
    [null, 'body'],
    [{ model: 'm' }, 'messages'],
    [{ messages: [{ role: 'robot', content: '' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0].type'],
    [{ messages: [], max_tokens: 'many' }, 'max_tokens'],
    [{ messages: [], tools: [{ input_schema: {} }] }, 'tools[0].name'],
    [{ messages: [], tool_choice: { type: 'maybe' } }, 'tool_choice.type'],
  ])('names the field that cannot be read: %j', (body, field) => {
    expect(() => readRequest(body)).toThrow(RequestProblem);
    expect(() => readRequest(body)).toThrow(`"${field}" should be`);
  });
});
