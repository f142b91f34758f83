// Requests that clients of /responses write are read as they were meant.
import { describe, expect, it } from 'vitest';
import { changesAnswer } from '../../proxy/dialects/neutral/left-out.ts';
import { emptyRequest, type Message, type Part, RequestProblem } from '../../proxy/dialects/neutral/request.ts';
import { readResponsesRequest as read } from '../../proxy/dialects/openai-responses/read-request.ts';

const input = (...items: unknown[]) => read({ model: 'm', input: items });
const say = (role: Message['role'], ...content: Part[]): Message => ({ role, content, name: '' });
const text = (said: string): Part => ({ type: 'text', text: said });

describe('a request read from /responses', () => {
  it('joins what one turn consists of, in its order', () => {
    const { messages, beyond } = input(
      { role: 'user', content: 'hi' },
      { type: 'reasoning', id: 'rs_1', summary: [{ text: 'a' }, { text: 'b' }], encrypted_content: 'secret' },
      {
        type: 'message',
        role: 'assistant',
        id: 'msg',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Let me see', annotations: [] }],
      },
      { type: 'function_call', id: 'fc', call_id: 'c1', name: 'f', arguments: '{"a":1}', status: 'completed' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'run', input: 'ls' },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'two' }] },
      { type: 'reasoning', id: 'rs_2', summary: [], content: [{ type: 'reasoning_text', text: 'plain' }] },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] },
      { role: 'developer', content: 'be kind' },
    );
    const result = (callId: string, said: string) => {
      return { type: 'tool-result', callId, name: '', content: [text(said)], failed: false };
    };
    expect(messages).toEqual([
      say('user', text('hi')),
      say(
        'assistant',
        {
          type: 'reasoning',
          text: 'a\n\nb',
          seal: { origin: 'openai', kind: 'encrypted', value: 'secret', id: 'rs_1' },
        },
        text('Let me see'),
        { type: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}', seal: null },
        { type: 'tool-call', id: 'c2', name: 'run', arguments: '{"input":"ls"}', seal: null },
      ),
      say('tool', result('c1', 'one') as Part, result('c2', 'two') as Part),
      say('assistant', { type: 'reasoning', text: 'plain', seal: null }, { type: 'refusal', text: 'no' }),
      say('system', text('be kind')),
    ]);
    expect(beyond).toEqual({});
  });

  it('knows images and files by address, by bytes and by id', () => {
    const { messages } = input({
      role: 'user',
      content: [
        { type: 'input_image', image_url: 'https://a.example/b.png', detail: 'low' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        { type: 'input_image', file_id: 'file-1', detail: 'auto' },
        { type: 'input_file', file_url: 'https://a.example/b.pdf' },
        { type: 'input_file', file_data: 'AAAA', filename: 'b.pdf' },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      ],
    });
    expect(messages[0]?.content).toEqual([
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.png' }, detail: 'low' },
      { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: '' },
      { type: 'image', source: { kind: 'id', id: 'file-1' }, detail: 'auto' },
      { type: 'file', source: { kind: 'url', url: 'https://a.example/b.pdf' }, name: '' },
      { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' }, name: 'b.pdf' },
      { type: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'AAAA' } },
    ]);
  });

  it('keeps apart what only OpenAI can do, what is harmless, what is for others and what is for the gateway', () => {
    const request = read({
      model: 'm',
      input: [
        { type: 'item_reference', id: 'rs_1' },
        { id: 'msg_1' },
        { type: 'web_search_call', id: 'ws', status: 'completed' },
      ],
      ...{ previous_response_id: 'resp_1', store: true, background: false, truncation: 'disabled', conversation: null },
      include: ['reasoning.encrypted_content', 'file_search_call.results'],
      tools: [{ type: 'web_search' }, { type: 'function', name: 'f', parameters: null, strict: null }],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
      text: { verbosity: 'low' },
      ...{ models: ['a'], provider: {}, fallbacks: [], providerOptions: {}, top_k: 4 },
    });
    expect(Object.keys(request.beyond).sort()).toEqual([
      ...['include', 'input[0]', 'input[1]', 'input[2]', 'previous_response_id', 'store', 'text.verbosity'],
      ...['tool_choice', 'tools[0]'],
    ]);
    expect(request).toMatchObject({ extra: { top_k: 4 }, toolChoice: { type: 'required' }, tools: [{ name: 'f' }] });
    expect(request.beyond.include).toEqual(['file_search_call.results']);
    const lost = Object.entries(request.beyond).filter(([field]) => changesAnswer(field));
    expect(lost.map(([field]) => field).sort()).toEqual([
      ...['input[0]', 'input[1]', 'input[2]', 'previous_response_id', 'tool_choice', 'tools[0]'],
    ]);
    expect(changesAnswer('truncation') && changesAnswer('background')).toBe(true);
  });

  it('reads settings, instructions first', () => {
    expect(
      read({
        model: 'm',
        instructions: 'Be brief.',
        input: 'hi',
        stream: true,
        reasoning: { effort: 'low', summary: 'detailed' },
        text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } },
        tool_choice: { type: 'function', name: 'f' },
        ...{
          max_output_tokens: 9,
          top_logprobs: 2,
          safety_identifier: 'u',
          prompt_cache_key: 'k',
          service_tier: 'flex',
        },
        metadata: { a: 'b' },
      }),
    ).toEqual({
      ...emptyRequest(),
      model: 'm',
      stream: true,
      messages: [say('system', text('Be brief.')), say('user', text('hi'))],
      reasoning: { effort: 'low', budgetTokens: null, visible: true },
      answerFormat: { type: 'schema', name: 'n', description: '', schema: { type: 'object' }, strict: true },
      toolChoice: { type: 'tool', name: 'f' },
      ...{ maxTokens: 9, logprobs: { top: 2 }, user: 'u', cacheKey: 'k', serviceTier: 'flex', metadata: { a: 'b' } },
    });
  });

  it.each([
    [[], 'body'],
    [{ input: 5 }, 'input'],
    [{ input: [{ role: 'judge', content: '' }] }, 'input[0].role'],
    [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
    [{ input: [{ type: 'function_call', name: 'f' }] }, 'input[0].call_id'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].name'],
    [{ tool_choice: 'perhaps' }, 'tool_choice'],
    [{ max_output_tokens: 'many' }, 'max_output_tokens'],
  ])('names the field that cannot be read: %j', (body, field) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ name: RequestProblem.name, field }));
  });
});
