// Chat requests as clients really write them: older fields, other people's fields, and malformed ones.
import { describe, expect, it } from 'vitest';
import { RequestProblem } from '../../proxy/dialects/neutral/request.ts';
import { mendChatRequest } from '../../proxy/dialects/openai-chat/mend-request.ts';
import { readChatRequest } from '../../proxy/dialects/openai-chat/request-reader.ts';
import { toolCallIds } from '../../proxy/dialects/openai-chat/tool-call-ids.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const hello = { role: 'user', content: 'Hi' };
const read = (fields: object) => readChatRequest({ model: 'm', messages: [hello], ...fields });
const assistant = (fields: object) => read({ messages: [hello, { role: 'assistant', ...fields }, hello] }).messages[1];

describe('the reader of chat requests', () => {
  it('takes the older functions for tools, and their results for results', () => {
    const request = read({
      functions: [{ name: 'add', parameters: { type: 'object' } }],
      function_call: { name: 'add' },
      messages: [
        hello,
        { role: 'assistant', content: null, function_call: { name: 'add', arguments: '{"a":1}' } },
        { role: 'function', name: 'add', content: '2' },
      ],
    });
    expect(request.tools).toEqual([{ name: 'add', description: '', parameters: { type: 'object' }, strict: null }]);
    expect(request.toolChoice).toEqual({ type: 'tool', name: 'add' });
    expect(request.messages.map(({ content }) => content)).toMatchObject([
      [{}],
      [{ type: 'tool-call', id: 'call_1', name: 'add', arguments: '{"a":1}' }],
      [{ type: 'tool-result', callId: 'call_1', name: 'add' }],
    ]);
  });

  it('takes the newer limit before the older, the developer for the system, and both names of a user', () => {
    expect(read({ max_tokens: 1, max_completion_tokens: 2 }).maxTokens).toBe(2);
    expect(read({ messages: [{ role: 'developer', content: 'Be brief.' }, hello] }).messages[0]?.role).toBe('system');
    expect(read({ safety_identifier: 'a', user: 'b' }).user).toBe('a');
    expect(read({ stop: 'END' }).stop).toEqual(['END']);
  });

  it('knows who wants usage at the end of a stream', () => {
    expect(read({}).wantsUsage).toBe(true);
    expect(read({ stream: true }).wantsUsage).toBe(false);
    expect(read({ stream: true, stream_options: { include_usage: true } }).wantsUsage).toBe(true);
  });

  it('gathers results that follow each other in one message', () => {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '' } });
    const answer = (tool_call_id: string) => ({ role: 'tool', tool_call_id, content: [{ type: 'text', text: '1' }] });
    const messages = [hello, { role: 'assistant', tool_calls: [call('a'), call('b')] }, answer('a'), answer('b')];
    expect(read({ messages }).messages.map(({ role, content }) => [role, content.length])).toEqual([
      ...[
        ['user', 1],
        ['assistant', 2],
        ['tool', 2],
      ],
    ]);
  });

  it('finds the thoughts under each of their names, and what seals them', () => {
    expect(assistant({ content: 'a', reasoning_content: 't' })?.content[0]).toMatchObject({ text: 't', seal: null });
    expect(assistant({ content: 'a', reasoning: 't' })?.content[0]).toMatchObject({ type: 'reasoning', text: 't' });
    const reasoning_details = [{ type: 'reasoning.text', text: 't', signature: 's', index: 0 }];
    expect(assistant({ content: 'a', reasoning_details })?.content[0]).toEqual({
      type: 'reasoning',
      text: 't',
      seal: { origin: 'openrouter', kind: 'details', value: JSON.stringify(reasoning_details), id: '' },
    });
    const extra_content = { google: { thought_signature: 'sig' } };
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content };
    expect(assistant({ tool_calls: [call] })?.content).toMatchObject([{ seal: { origin: 'gemini', value: 'sig' } }]);
  });

  it('reads images, sound and files wherever their bytes are', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
      { type: 'image_url', image_url: 'https://x.example/a.png' },
      { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg%2F%3E' } },
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'AAAA' } },
      { type: 'text', text: 't', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ];
    const [message] = read({ messages: [{ role: 'user', content }] }).messages;
    expect(message?.content).toEqual([
      { type: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'low' },
      { type: 'image', source: { kind: 'url', url: 'https://x.example/a.png' }, detail: '' },
      { type: 'image', source: { kind: 'data', mediaType: 'image/svg+xml', data: 'PHN2Zy8+' }, detail: '' },
      { type: 'audio', source: { kind: 'data', mediaType: 'audio/mpeg', data: 'AAAA' } },
      { type: 'file', source: { kind: 'id', id: 'file-1' }, name: '' },
      { type: 'file', source: { kind: 'data', mediaType: 'application/pdf', data: 'AAAA' }, name: 'a.pdf' },
      { type: 'text', text: 't', cache: { ttl: '1h' } },
    ]);
  });

  it('reads OpenRouter’s way of asking for thoughts', () => {
    expect(read({ reasoning: { max_tokens: 500, exclude: true } }).reasoning).toEqual({
      ...{ effort: '', budgetTokens: 500, visible: false },
    });
    expect(read({ reasoning: { enabled: true } }).reasoning?.effort).toBe('medium');
    expect(read({ reasoning_effort: 'default' })).toMatchObject({
      reasoning: null,
      extra: { reasoning_effort: 'default' },
    });
  });

  it('keeps what cannot cross over apart from what is unknown, and drops what is for gateways', () => {
    const video = { type: 'video_url', video_url: { url: 'https://x.example/v.mp4' } };
    const request = read({
      ...{ verbosity: 'low', store: false, modalities: ['text'], audio: { voice: 'a', format: 'wav' }, min_p: 0.1 },
      ...{ models: ['a'], provider: { order: [] }, fallbacks: [], route: 'fallback', transforms: [], plugins: [] },
      ...{ providerOptions: {}, tools: [{ type: 'custom', custom: { name: 'c' } }] },
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, video] }],
    });
    expect(Object.keys(request.beyond).sort()).toEqual(['audio', 'messages[0].content[1]', 'tools[0]', 'verbosity']);
    expect(request.extra).toEqual({ min_p: 0.1 });
  });

  it.each([
    [{ messages: 'Hi' }, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: [7] }, 'messages[0]'],
    [{ messages: [{ role: 'narrator', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages[0].content[0].image_url.url',
    ],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ temperature: 'hot' }, 'temperature'],
    [{ stream: 'yes' }, 'stream'],
    [{ stop: 7 }, 'stop'],
    [{ tools: [{ type: 'function' }] }, 'tools[0].function'],
    [{ tool_choice: 'perhaps' }, 'tool_choice'],
    [{ response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
  ])('names what is wrong with %j', (fields, field) => {
    expect(() => read(fields)).toThrow(RequestProblem);
    expect(() => read(fields)).toThrow(`"${field}" should be`);
  });

  const files = (recordedFiles() ?? []).filter((file) => file.endsWith('-chat'));
  it.skipIf(files.length === 0)('reads what official clients have sent', () => {
    let count = 0;
    for (const { id, request, response } of files.flatMap(readRecordings)) {
      const { text } = request.body ?? {};
      if (!text || !request.path.includes('/chat/completions') || response.status >= 400) continue;
      // A few recorders blanked single values, which leaves no JSON or no role.
      expect(() => readChatRequest(JSON.parse(text)), id).not.toThrow();
      count++;
    }
    expect(count).toBeGreaterThan(200);
  });
});

describe('mending', () => {
  const quirks = { streamUsage: 'always' as const, toolCallId: '^[a-zA-Z0-9]{9}$' };
  const body = (id: string) => ({
    model: 'm',
    unknown: { a: 1 },
    messages: [
      hello,
      { role: 'assistant', tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: id, content: '1' },
    ],
  });

  it('leaves alone what the provider takes as it is', () => {
    expect(mendChatRequest(body('abcDEF123'), quirks)).toBeNull();
    expect(mendChatRequest(body('call_1'), { streamUsage: 'ask' })).toBeNull();
    expect(mendChatRequest('no object', quirks)).toBeNull();
  });

  it('gives a call and its result the same id that fits, and changes nothing else', () => {
    const before = body('call_1');
    const mended = mendChatRequest(before, quirks);
    expect(before).toEqual(body('call_1'));
    const id = /"tool_call_id":"(.*?)"/.exec(JSON.stringify(mended))?.[1] ?? '';
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(mended).toEqual(body(id));
  });

  it('keeps ids apart, those that already fit included', () => {
    const many = Array.from({ length: 500 }, (_, index) => `call_${index}`);
    const first = toolCallIds(quirks.toolCallId, ['call_1']);
    const taken = first?.get('call_1') as string;
    const map = toolCallIds(quirks.toolCallId, [...many, taken]);
    expect(new Set([...(map?.values() ?? []), taken]).size).toBe(501);
  });
});
