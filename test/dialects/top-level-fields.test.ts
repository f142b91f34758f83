// The shallow scan finds what JSON.parse finds, byte for byte, and says what is wrong with a body that is no object.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spliceIncludeUsage } from '../../proxy/dialects/openai-chat/splice-include-usage.ts';
import { readField, scanTopLevel } from '../../proxy/dialects/reading/top-level-fields.ts';

/** JSON text of any value, with odd whitespace between tokens at the top level. */
const space = fc.constantFrom('', ' ', '\n', '\t \r\n');
const key = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('model', 'stream', 'a"b', 'back\\slash', ''));
const awkward = fc
  .array(fc.constantFrom('\\', '"', 'x', 'é'), { minLength: 45, maxLength: 120 })
  .map((characters) => characters.join(''));
const objectText = fc
  .array(fc.tuple(key, fc.oneof(fc.jsonValue(), awkward, fc.array(awkward)), space, space, fc.boolean()), {
    maxLength: 8,
  })
  .map((members) => {
    const written = members.map(([name, value, before, after, pretty]) => {
      return `${before}${JSON.stringify(name)}${after}:${before}${JSON.stringify(value, null, pretty ? 2 : 0)}${after}`;
    });
    return ` {${written.join(',') || ' '}} `;
  });

describe('the scan of a body', () => {
  test('finds the fields that JSON.parse finds', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const body = Buffer.from(text);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const { fields, problem } = scanTopLevel(body);
        expect(problem).toBeNull();
        expect([...fields.keys()].sort()).toEqual(Object.keys(parsed).sort());
        for (const name of fields.keys()) expect(readField(body, fields, name)).toEqual(parsed[name]);
      }),
      { numRuns: 1000 },
    );
  });

  test('calls no beginning of an object whole', () => {
    fc.assert(
      fc.property(objectText, fc.nat(), (text, at) => {
        const whole = Buffer.from(text.trimEnd());
        const problem = scanTopLevel(whole.subarray(0, at % whole.length)).problem;
        expect(problem).toMatch(/^is (?:empty|cut off at byte \d+)$/);
      }),
    );
  });

  test('never throws and never calls junk an object', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { problem } = scanTopLevel(Buffer.from(text));
        if (!text.trimStart().startsWith('{')) expect(problem).not.toBeNull();
      }),
    );
  });

  test.each([
    ['', 'is empty'],
    ['[1]', 'is not a JSON object (it starts with "[")'],
    ['\ufeff{}', 'is not a JSON object (it starts with byte 0xef)'],
    ['{"a":1', 'is cut off at byte 6'],
    ['{"a":"x\\"}', 'is cut off at byte 10'],
    ['{"a":1} {}', 'goes on with "{" at byte 8, after its object has ended'],
    ['{a:1}', 'has "a" at byte 1 where a field name belongs'],
    ['{"a" 1}', 'has "1" at byte 5 where a colon belongs'],
    ['{"a":}', 'has "}" at byte 5 where a value belongs'],
    ['{"a":1 "b":2}', 'has "\\"" at byte 7 where a comma or } belongs'.replace('\\', '')],
    ['{"a":1,}', 'has "}" at byte 7 where a field name belongs'],
  ])('of %j says that it %s', (text, problem) => {
    expect(scanTopLevel(Buffer.from(text)).problem).toBe(problem);
  });

  test('takes the last of two equal keys, and reads escaped names', () => {
    const body = Buffer.from('{"mod\\u0065l":"a","model":"b"}');
    const { fields } = scanTopLevel(body);
    expect(readField(body, fields, 'model')).toBe('b');
  });

  test('reads no value that is too big, absent or invalid', () => {
    const body = Buffer.from('{"long":"xxxxxxxxxx","odd":tru}');
    const { fields } = scanTopLevel(body);
    expect(readField(body, fields, 'long', 8)).toBeUndefined();
    expect(readField(body, fields, 'absent')).toBeUndefined();
    expect(readField(body, fields, 'odd')).toBeUndefined();
  });
});

describe('splicing include_usage', () => {
  const splice = (text: string): string | null => {
    const body = Buffer.from(text);
    return spliceIncludeUsage(body, scanTopLevel(body))?.toString() ?? null;
  };

  test.each([
    ['{"stream":true}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['{ "stream": true }\n', '{ "stream": true,"stream_options":{"include_usage":true} }\n'],
    ['{"stream_options":{},"stream":true}', '{"stream_options":{"include_usage":true},"stream":true}'],
    ['{"stream_options":null,"stream":true}', '{"stream_options":{"include_usage":true},"stream":true}'],
    [
      '{"stream":true,"stream_options":{"include_obfuscation":false}}',
      '{"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true}}',
    ],
  ])('makes of %s %s', (before, after) => {
    expect(splice(before)).toBe(after);
  });

  test.each([
    '{"stream":true,"stream_options":{"include_usage":false}}',
    '{"stream":true,"stream_options":{"include_usage":true}}',
    '{"stream":true,"stream_options":[1]}',
    '{"stream":false}',
    '{"model":"m"}',
    '{"stream":true',
  ])('leaves %s alone', (text) => {
    expect(splice(text)).toBeNull();
  });

  test('changes nothing else in any streaming request', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const body = Buffer.from(text.replace('{', '{"stream":true,').replace(/,\s*\}\s*$/, '}'));
        const before = scanTopLevel(body);
        const spliced = spliceIncludeUsage(body, before);
        if (spliced === null) return;
        const rest = JSON.parse(spliced.toString());
        expect(rest.stream_options.include_usage).toBe(true);
        const inserted = spliced.length - body.length;
        const at = body.findIndex((byte, index) => byte !== spliced[index]);
        const from = at === -1 ? body.length : at;
        expect(spliced.subarray(from + inserted).equals(body.subarray(from))).toBe(true);
      }),
    );
  });
});
