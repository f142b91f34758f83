// The chunk that only our own question for usage brought is taken out; the client gets every other byte, and gets it at once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUsageChunkFilter } from '../../proxy/observe/usage-chunk-filter.ts';
import { cutAt, readRecordings, recordedFiles } from './recordings.ts';

function filter(text: string, ends: number[] = []): string {
  const filtering = createUsageChunkFilter();
  const out = cutAt(Buffer.from(text), ends).map((chunk) => filtering.push(chunk));
  return Buffer.concat([...out, filtering.end()].filter((part) => part !== null)).toString();
}
const everyByte = (text: string): number[] => Array.from(Buffer.from(text), (_, at) => at);

const content = 'data: {"id":"1","choices":[{"index":0,"delta":{"content":"größer 😀"}}],"usage":null}\n\n';
const empty = 'data: {"choices":[],"created":0,"prompt_filter_results":[{"a":[]}],"usage":null}\n\n';
const usage = 'data: {"id":"1","choices":[],"usage":{"prompt_tokens":1,"total_tokens":2}}\n\n';
const spaced = 'data: {"choices" : [ ], "usage" : {"total_tokens" : 2}}\n\n';
const withChoices = 'data: {"choices":[{"delta":{"content":""}}],"usage":{"total_tokens":2}}\n\n';
const talk = 'data: {"choices":[{"delta":{"content":"\\"choices\\":[],\\"usage\\":{}"}}]}\n\n';
const done = 'data: [DONE]\n\n';

describe('the filter', () => {
  test('takes out the usage chunk with its blank line and nothing else', () => {
    for (const hidden of [usage, spaced]) {
      for (const ends of [[], everyByte(content + hidden + done)]) {
        expect(filter(content + hidden + done, ends)).toBe(content + done);
      }
    }
  });

  test('keeps chunks with choices, chunks without usage, comments and content that looks like usage', () => {
    const text = `: PROCESSING\n\n${empty}${content}${withChoices}${talk}event: x\n\n${done}`;
    expect(filter(text)).toBe(text);
    expect(filter(text, everyByte(text))).toBe(text);
  });

  test('takes it out with CRLF and CR line ends, in any split', () => {
    for (const end of ['\r\n', '\r']) {
      const text = (content + usage + done).replaceAll('\n', end);
      const rest = (content + done).replaceAll('\n', end);
      expect(filter(text)).toBe(rest);
      expect(filter(text, everyByte(text))).toBe(rest);
    }
  });

  test('takes it out at the end of a stream that lacks its last blank line, and passes a torn one', () => {
    expect(filter(content + usage.trimEnd())).toBe(content);
    expect(filter(content + usage.slice(0, 40))).toBe(content + usage.slice(0, 40));
  });

  test('returns the very buffer it was given when nothing is held', () => {
    const chunk = Buffer.from(content);
    const filtering = createUsageChunkFilter();
    expect(filtering.push(chunk)?.equals(chunk)).toBe(true);
    expect(filtering.push(chunk)?.buffer).toBe(chunk.buffer);
  });

  test('lets an event go on as soon as its choices are seen to hold something', () => {
    const filtering = createUsageChunkFilter();
    expect(filtering.push(Buffer.from('data: {"id":"1","cho'))).toBeNull();
    expect(filtering.push(Buffer.from('ices":[{"delta"'))?.toString()).toBe('data: {"id":"1","choices":[{"delta"');
    expect(filtering.push(Buffer.from(':{"content":"a"}'))?.toString()).toBe(':{"content":"a"}');
    expect(filtering.push(Buffer.from(': not a comment'))?.toString()).toBe(': not a comment');
    expect(filtering.push(Buffer.from(`\n\n${usage}`))?.toString()).toBe('\n\n');
  });

  test('does not hold comments, nor more than a usage chunk can be', () => {
    const filtering = createUsageChunkFilter();
    expect(filtering.push(Buffer.from(': keep-al'))?.toString()).toBe(': keep-al');
    expect(filtering.push(Buffer.from('ive\n\n'))?.toString()).toBe('ive\n\n');
    expect(filtering.push(Buffer.from(`data: ${'x'.repeat(70_000)}`))?.length).toBe(70_006);
  });

  test('gives the same in any split of any stream', () => {
    const event = fc.constantFrom(
      content,
      empty,
      usage,
      withChoices,
      talk,
      ': c\n\n',
      'event: e\ndata: 1\ndata: 2\n\n',
      '\n',
    );
    const stream = fc.array(fc.tuple(event, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(1500), { maxLength: 30 }), (events, ends) => {
        const lines = events.map(([text, end]) => text.replaceAll('\n', end));
        const kept = events.filter(([text]) => text !== usage).map(([text, end]) => text.replaceAll('\n', end));
        // A lone CR before an LF of the next event would be one line end, so such neighbours are left out.
        fc.pre(
          !/\r\n/.test(lines.join('').replaceAll('\r\n', '')) &&
            !lines.some((line, at) => line.endsWith('\r') && lines[at + 1]?.startsWith('\n')),
        );
        expect(
          filter(
            lines.join(''),
            ends.sort((a, b) => a - b),
          ),
        ).toBe(kept.join(''));
      }),
      { numRuns: 1000 },
    );
  });
});

test.skipIf(recordedFiles() === null)('recorded streams pass unchanged but for their usage chunk', () => {
  let hidden = 0;
  for (const file of ['openai-chat', 'azure-chat', 'mistral-chat', 'deepseek-chat', 'openrouter-chat', 'z-chat']) {
    for (const { id, stream, response } of readRecordings(file)) {
      if (!stream) continue;
      const text = response.bytes.toString();
      const blocks = text.split(/(?<=\n\n)/);
      const kept = blocks.filter((block) => !(/"choices":\s*\[\]/.test(block) && /"usage":\s*\{/.test(block)));
      hidden += blocks.length - kept.length;
      expect(filter(text), id).toBe(kept.join(''));
      expect(
        filter(
          text,
          everyByte(text).filter((at) => at % 7 === 0),
        ),
        id,
      ).toBe(kept.join(''));
    }
  }
  expect(hidden).toBeGreaterThan(5);
});
