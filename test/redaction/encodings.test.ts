// Every kind, in every encoding, at every place of an exchange where text can stand.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { canaries } from './samples.ts';

const each = (text: string, change: (character: string) => string): string => [...text].map(change).join('');
const hex = (character: string, width: number): string => character.charCodeAt(0).toString(16).padStart(width, '0');
const nested = (text: string, times: number): string =>
  times === 0 ? text : JSON.stringify({ inner: nested(text, times - 1) });
const fullWidth = (text: string): string =>
  each(text, (character) =>
    /[0-9@.]/.test(character) ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character,
  );

const encodings: Record<string, (text: string) => string> = {
  plain: (text) => text,
  'unicode escapes': (text) => each(text, (character) => `\\u${hex(character, 4)}`),
  'escaped solidus and at': (text) =>
    JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/').replaceAll('@', '\\u0040'),
  'JSON in JSON three times': (text) => nested(text, 3),
  'JSON in JSON inside prose': (text) => `the tool said ${nested(text, 2)} and stopped`,
  percent: (text) => encodeURIComponent(text),
  'percent, every character': (text) => each(text, (character) => `%${hex(character, 2)}`),
  'percent twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'HTML decimal entities': (text) => each(text, (character) => `&#${character.charCodeAt(0)};`),
  'HTML hexadecimal entities': (text) => each(text, (character) => `&#x${hex(character, 2)};`),
  'HTML named entities': (text) =>
    text.replaceAll('@', '&commat;').replaceAll('.', '&period;').replaceAll(' ', '&nbsp;'),
  base64: (text) => Buffer.from(`the value is ${text} indeed`).toString('base64'),
  base64url: (text) => Buffer.from(`the value is ${text} ~~??>> indeed`).toString('base64url'),
  'base64 of base64': (text) => Buffer.from(Buffer.from(`it is ${text} indeed`).toString('base64')).toString('base64'),
  'base64 of JSON': (text) => Buffer.from(JSON.stringify({ value: text })).toString('base64'),
  'data URL': (text) => `data:text/plain;base64,${Buffer.from(`it is ${text} indeed`).toString('base64')}`,
  'base64 in lines': (text) =>
    Buffer.from(`${'some words before it '.repeat(3)} ${text} and after it`)
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n'),
  'zero-width characters': (text) => each(text, (character) => `${character}\u200b`),
  'soft hyphens': (text) => each(text, (character) => `${character}\u00ad`),
  'full-width digits': fullWidth,
  'non-breaking spaces and en dashes': (text) => text.replaceAll(' ', '\u00a0').replace(/(?<=\d)-(?=\d)/g, '\u2013'),
  'soft line break': (text) => `${text.slice(0, 9)}=\r\n${text.slice(9)}`,
};

const places: Record<string, (text: string) => unknown> = {
  system: (text) => ({ system: text, messages: [] }),
  'user text': (text) => ({ messages: [{ role: 'user', content: `I am ${text} you know` }] }),
  'user parts': (text) => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] }),
  'tool arguments': (text) => ({
    messages: [{ tool_calls: [{ function: { arguments: JSON.stringify({ a: text }) } }] }],
  }),
  'tool input': (text) => ({ content: [{ type: 'tool_use', input: { deep: [{ value: text }] } }] }),
  'tool result': (text) => ({ messages: [{ role: 'tool', content: JSON.stringify([{ row: text }]) }] }),
  'tool schema': (text) => ({ tools: [{ function: { description: `e.g. ${text}`, parameters: { enum: [text] } } }] }),
  metadata: (text) => ({ metadata: { user_id: text }, user: text }),
  'object key': (text) => ({ seen: { [text]: 1 } }),
  'response text': (text) => ({ choices: [{ message: { content: text, reasoning: text, refusal: text } }] }),
  'error body': (text) => ({ error: { type: 'invalid_request_error', message: `Incorrect value: ${text}.` } }),
};

/** Enough of the canary that seeing it would be a leak, however little of it is left. */
const heart = (canary: string): string => canary.split('\n')[1]?.slice(0, 24) ?? canary.slice(4);

describe.each(Object.entries(canaries))('%s', (kind, canary) => {
  describe.each(Object.entries(encodings))('as %s', (_, encode) => {
    const encoded = encode(canary);
    const hidden = [heart(canary), encoded];

    it.each(Object.entries(places))('is masked in %s', (_place, at) => {
      const body = JSON.stringify(at(encoded));
      const redactor = createRedactor();
      const masked = redactor.json(body);
      JSON.parse(masked);
      for (const secret of hidden) expect(masked).not.toContain(JSON.stringify(secret).slice(1, -1));
      expect(Object.keys(redactor.counts()).length, masked).toBeGreaterThan(0);
      expect(redactor.counts()).toHaveProperty(kind);
    });

    it('is masked in text, in a header, in a path and as an identity', () => {
      const redactor = createRedactor({ pseudonymKey: Buffer.from('pepper') });
      const seen = [
        redactor.text(`it is ${encoded} there`),
        redactor.headers([['user-agent', `app (${encoded})`]])['user-agent']!,
        redactor.path(`/v1/files/x?q=${encodeURIComponent(encoded)}`),
      ];
      for (const masked of seen) {
        expect(masked).toContain('[');
        for (const secret of hidden) expect(masked).not.toContain(secret);
      }
      expect(redactor.identity(encoded)).toMatch(/^~[0-9a-f]{16}$/);
    });
  });
});

it('leaves base64 that is no text alone: images, audio, embeddings', () => {
  const image = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)).toString('base64');
  const body = JSON.stringify({ url: `data:image/png;base64,${image}` });
  expect(createRedactor().json(body)).toBe(body);
});

it('masks exactly the escapes that hide something, and none beside them', () => {
  const redactor = createRedactor();
  expect(redactor.text('a\\n203.0.113.9\\nb')).toBe('a\\n[IP]\\nb');
  expect(redactor.text('x%20jane%40example.com%20y')).toBe('x%20[EMAIL]%20y');
  expect(redactor.text('\u200b4111\u200b1111\u200b1111\u200b1111\u200b!')).toBe('\u200b[CARD]\u200b!');
});

it('replaces an encoded run whole and leaves what stands around it', () => {
  const run = Buffer.from('write to jane@example.com today').toString('base64');
  expect(createRedactor().text(`before ${run} after`)).toBe('before [EMAIL] after');
});
