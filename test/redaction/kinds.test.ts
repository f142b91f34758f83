// What counts as which kind, and what does not.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { negatives, positives } from './samples.ts';

const frames = [
  '%s',
  'see %s.',
  '(%s)',
  '"%s"',
  '**%s**',
  '`%s`',
  'a,%s;b',
  '<k>%s</k>',
  'it is\n%s\nthere',
  '谢谢 %s 谢谢',
];

describe.each(Object.keys(positives))('%s', (kind) => {
  const placeholder = `[${kind.toUpperCase()}]`;

  it.each(positives[kind]!)('masks %s wherever it stands', (sample) => {
    for (const frame of frames) {
      const redactor = createRedactor();
      const masked = redactor.text(frame.replace('%s', () => sample));
      expect(masked).toContain(placeholder);
      expect(masked).not.toContain(sample);
      expect(redactor.counts()[kind]).toBeGreaterThanOrEqual(1);
    }
  });

  it.each(positives[kind]!)('finds %s with no other kind switched on', (sample) => {
    expect(createRedactor({ kinds: [kind] }).text(`x ${sample} y`)).toContain(placeholder);
  });

  it.each(negatives[kind]!)('leaves %s alone', (sample) => {
    expect(createRedactor().text(`so ${sample} it is`)).toBe(`so ${sample} it is`);
  });
});

describe('national telephone numbers without an area code', () => {
  it.each([
    'call me at 467 3395',
    'Phone: 60-56-85-91',
    'Tel. 030/901820',
    'Fax: 9498777106',
    '78 651 450 office',
    'reach him on 516 466 638',
  ])('are masked beside a word that says so: %s', (text) => expect(createRedactor().text(text)).toContain('[PHONE]'));
  it.each(['the sum is 467 3395', 'population 78 651 450', 'item 9498777106'])(
    'are left alone otherwise: %s',
    (text) => {
      expect(createRedactor().text(text)).toBe(text);
    },
  );
});

describe('keys', () => {
  // Shapes that a required terminator misses.
  it.each(['%s,', '%s.', '(%s)', '%s\\"', '%s&', '<k>%s</k>', '**%s**', '%s\\n', '_%s_', 'key=%s;', '%s…'])(
    'are found as %s',
    (frame) => {
      for (const sample of positives.key!) {
        expect(createRedactor().text(frame.replace('%s', sample))).not.toContain(sample.slice(-12));
      }
    },
  );

  it('are called keys where the name says so and the value is a bare hexadecimal string', () => {
    const hexadecimal = '0123456789abcdef'.repeat(2);
    expect(createRedactor().text(`api-key: ${hexadecimal}`)).toBe('api-key: [KEY]');
  });
});

it('masks overlapping findings once, under the stronger kind', () => {
  const redactor = createRedactor();
  expect(redactor.text('https://jane:pa55word@example.com/x')).toBe('https://[CREDENTIAL]/x');
  expect(redactor.counts()).toEqual({ credential: 1 });
});

it('counts what it masked, per kind, until reset', () => {
  const redactor = createRedactor();
  redactor.text('a@example.com b@example.com 203.0.113.9');
  expect(redactor.counts()).toEqual({ email: 2, ip: 1 });
  redactor.reset();
  expect(redactor.counts()).toEqual({});
});

it('masks only the kinds that are asked for', () => {
  expect(createRedactor({ kinds: ['ip'] }).text('a@example.com 203.0.113.9')).toBe('a@example.com [IP]');
});

it('refuses a kind it does not know, and says which it knows', () => {
  expect(() => createRedactor({ kinds: ['emails'] })).toThrow(/Expected redaction kinds out of .*email.*found emails/);
});
