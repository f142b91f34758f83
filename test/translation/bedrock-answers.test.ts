// Answers of Converse in the neutral form, streamed and whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bedrockConverse } from '../../proxy/dialects/bedrock-converse/bedrock-converse.ts';
import { BedrockEventReader } from '../../proxy/dialects/bedrock-converse/event-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { AwsEventReader } from '../../proxy/observe/aws-event-reader.ts';
import { awsEvent, awsException } from '../observe/aws-frame-writer.ts';

const read = (...frames: Buffer[]): NeutralEvent[] => {
  const [splitter, reader] = [new AwsEventReader(), new BedrockEventReader()];
  const events = frames.flatMap((frame) => splitter.push(frame)).flatMap((event) => [...reader.event(event)]);
  return [...events, ...reader.end()];
};
const delta = (contentBlockIndex: number, said: object) =>
  awsEvent('contentBlockDelta', { contentBlockIndex, delta: said, p: 'abc' });
const start = (contentBlockIndex: number, toolUse: object) =>
  awsEvent('contentBlockStart', { contentBlockIndex, start: { toolUse } });
const stop = (contentBlockIndex: number) => awsEvent('contentBlockStop', { contentBlockIndex });
const usage = { inputTokens: 3, cacheReadInputTokens: 20, cacheWriteInputTokens: 30, outputTokens: 7, totalTokens: 60 };
const cacheDetails = [
  { inputTokens: 10, ttl: '5m' },
  { inputTokens: 20, ttl: '1h' },
];
const choice = 0;

describe('an answer of Converse', () => {
  it('streams thoughts with their seals, text without a start, calls, and counts after its end', () => {
    const events = read(
      awsEvent('messageStart', { role: 'assistant' }),
      delta(0, { reasoningContent: { text: 'Hm' } }),
      delta(0, { reasoningContent: { signature: 'sig' } }),
      stop(0),
      delta(1, { reasoningContent: { redactedContent: Buffer.from('opaque').toString('base64') } }),
      delta(2, { text: 'Hi' }),
      stop(2),
      start(3, { toolUseId: 't1', name: 'weather' }),
      delta(3, { toolUse: { input: '{"city":' } }),
      delta(3, { toolUse: { input: '"Rome"}' } }),
      stop(3),
      start(4, { toolUseId: 't2', name: 'now' }),
      stop(4),
      awsEvent('messageStop', { stopReason: 'tool_use' }),
      awsEvent('metadata', { usage: { ...usage, cacheDetails }, metrics: {} }),
    );
    const seal = (kind: string, value: string) => ({ origin: 'anthropic', kind, value, id: '' });
    expect(events).toEqual([
      { type: 'start', id: '', model: '' },
      { type: 'reasoning', choice, block: 0, text: 'Hm' },
      { type: 'reasoning-seal', choice, block: 0, seal: seal('signature', 'sig') },
      { type: 'reasoning-seal', choice, block: 1, seal: seal('redacted', 'opaque') },
      { type: 'text', choice, text: 'Hi' },
      { type: 'tool-call', choice, call: 0, id: 't1', name: 'weather', seal: null },
      { type: 'tool-arguments', choice, call: 0, text: '{"city":' },
      { type: 'tool-arguments', choice, call: 0, text: '"Rome"}' },
      { type: 'tool-call', choice, call: 1, id: 't2', name: 'now', seal: null },
      { type: 'tool-arguments', choice, call: 1, text: '{}' },
      { type: 'finish', choice, finish: { unified: 'tool_calls', raw: 'tool_use' }, stopSequence: '' },
      {
        type: 'usage',
        reportedCost: null,
        usage: expect.objectContaining({
          ...{ inputUncached: 3, inputCacheRead: 20, inputCacheWrite5m: 10, inputCacheWrite1h: 20 },
          ...{ outputText: 7, total: 60 },
        }),
      },
    ]);
  });

  it('says the same whole', () => {
    const content = [
      { reasoningContent: { reasoningText: { text: 'Hm', signature: 'sig' } } },
      { text: 'Hi' },
      { toolUse: { toolUseId: 't1', name: 'weather', input: { city: 'Rome' } } },
      { toolUse: { toolUseId: 't2', name: 'now', input: {} } },
    ];
    const whole = new BedrockEventReader().whole({ output: { message: { content } }, stopReason: 'end_turn', usage });
    expect(whole).toMatchObject([
      { type: 'start' },
      { type: 'reasoning', text: 'Hm', block: 0 },
      { type: 'reasoning-seal', block: 0, seal: { kind: 'signature', value: 'sig' } },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', call: 0, name: 'weather' },
      { type: 'tool-arguments', call: 0, text: '{"city":"Rome"}' },
      { type: 'tool-call', call: 1, name: 'now' },
      { type: 'tool-arguments', call: 1, text: '{}' },
      { type: 'usage', usage: { inputCacheWrite5m: 30, inputCacheWrite1h: null } },
      { type: 'finish', finish: { unified: 'stop' } },
    ]);
  });

  it('leaves tools that Bedrock runs itself to Bedrock', () => {
    const events = read(
      start(0, { toolUseId: 's', name: 'nova_code_interpreter', type: 'server_tool_use' }),
      delta(0, { toolUse: { input: '{"snippet":"1"}' } }),
      delta(1, { toolResult: [{ json: { stdOut: '1' } }] }),
      start(2, { toolUseId: 't', name: 'final_result' }),
      stop(2),
    );
    expect(events.filter((event) => event.type !== 'start')).toMatchObject([
      { type: 'tool-call', call: 0, name: 'final_result' },
      { type: 'tool-arguments', call: 0, text: '{}' },
    ]);
  });

  it.each([
    ['throttlingException', 'rate_limit'],
    ['serviceUnavailableException', 'overloaded'],
    ['validationException', 'invalid'],
    ['modelStreamErrorException', 'server'],
  ])('that ends in a %s has failed: %s', (type, kind) => {
    expect(read(delta(0, { text: 'Hi' }), awsException(type, { message: 'boom' })).at(-1)).toMatchObject({
      type: 'error',
      error: { class: kind, type, message: 'boom' },
    });
  });

  it('is read whatever a stranger sends', () => {
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (json, value) => {
        const data = { contentBlockIndex: value, start: value, delta: value, usage: value, stopReason: value };
        const names = ['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop'];
        for (const name of [...names, 'metadata']) read(awsEvent(name, data), awsEvent(name, value));
        expect(Array.isArray(new BedrockEventReader().whole(json))).toBe(true);
        new BedrockEventReader().whole({ output: { message: { content: [value, data] } }, usage: value });
      }),
    );
  });

  it('is asked for by text that previews and estimates can be made of', () => {
    const asked = {
      system: [{ text: 'be kind' }],
      messages: [
        { role: 'user', content: [{ text: 'hello' }] },
        { role: 'assistant', content: [{ toolUse: { input: { a: 'Boston' } } }] },
        { role: 'user', content: [{ toolResult: { content: [{ text: 'sunny' }] } }] },
      ],
      toolConfig: { tools: [{ toolSpec: { name: 'weather' } }] },
    };
    const { lastUser, all } = bedrockConverse.requestText(asked);
    expect(lastUser).toBe('hello');
    for (const piece of ['be kind', 'hello', 'Boston', 'sunny', 'weather']) expect(all).toContain(piece);
  });
});
