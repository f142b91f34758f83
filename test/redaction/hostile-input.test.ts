// Text written to be slow. Compared with prose of the same length in the same run, and generously: what is caught here is
// quadratic work, not a slow machine. The throughput is printed, not asserted.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const size = 100_000;
const fill = (pattern: string): string => pattern.repeat(Math.ceil(size / pattern.length)).slice(0, size);

const prose = fill(
  'The quick brown fox jumps over the lazy dog, and then (at 10:30) it wrote to its cousin: “no worries — all 12 of them ' +
    'are fine”. In 2024 revenue rose 12.5% to $1,234,567 overall.\nThe function total(items) => sum gave x = 42 that day. ',
);

/** Milliseconds of processor time, the best of three. */
const cost = (work: () => void): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return Math.max(best, 1);
};

const patterns: Record<string, string> = {
  'at signs': '@',
  'local parts': 'a',
  'addresses without end': 'a@a',
  'dots after at': '@a.a.a.a.',
  digits: '4',
  'digit pairs': '41 ',
  'card groups': '4111 ',
  'almost cards': '4111 1111 1111 1112 ',
  'almost phones': '+1 415 555 ',
  'zeros in groups': '012 345 ',
  brackets: '(((',
  'plus signs': '+1',
  'iban heads': 'GB33 ',
  'almost ibans': 'GB34BUKB20201555555555 ',
  colons: ':',
  'hexadecimal colons': 'a:1:',
  dots: '1.',
  octets: '1.2.3.',
  backslashes: '\\',
  'unicode escapes': '\\u0041',
  'layers of backslashes': '\\\\\\\\"',
  percents: '%41',
  'percent layers': '%25',
  entities: '&#65;',
  'entity layers': '&amp;',
  'zero-width': '\u200b',
  'full-width': '１',
  'key prefixes': 'sk-',
  'key prefixes with underscores': 'gsk_sk_hf_',
  tokens: 'eyJ',
  'token parts': 'eyJabcdefgh.',
  'open armour': '-----BEGIN RSA PRIVATE KEY-----x',
  dashes: '-',
  assignments: 'password=',
  'spaced assignments': 'api_key     :    ',
  'name prefixes': 'a_',
  schemes: 'bearer ',
  'user info': 'x://a:',
  equals: '=',
  'base64 of text': 'aGVsbG8gd29ybGQg',
  'short base64 runs': 'aGVsbG8gd29ybGQg ',
  quotes: '"',
  'open brackets': '[',
  'open braces': '{"a":',
  'nested quotes': '"\\"',
  spaces: ' ',
  newlines: '\n',
};

describe('100 kB of', () => {
  const redactor = createRedactor();
  const reference = cost(() => redactor.text(prose));

  it.each(Object.entries(patterns))('%s costs no more than a small multiple of prose', (name, pattern) => {
    const text = fill(pattern);
    const asText = cost(() => redactor.text(text)) / reference;
    const asJson = cost(() => redactor.json(JSON.stringify({ a: text }))) / reference;
    const raw = cost(() => redactor.json(text)) / reference;
    const worst = Math.max(asText, asJson, raw);
    if (worst > 10)
      say(
        `${name}: ${asText.toFixed(1)} as text, ${asJson.toFixed(1)} in JSON, ${raw.toFixed(1)} as a body, times prose`,
      );
    expect(worst).toBeLessThan(60);
  });
});

it('takes a body of 100 MB', () => {
  const body = `{"a":"${'x'.repeat(100_000_000)} a@example.com"}`;
  const masked = createRedactor().json(body);
  expect(masked.length).toBe(body.length - 'a@example.com'.length + '[EMAIL]'.length);
});

it('says how fast it is', () => {
  const redactor = createRedactor();
  const messages = Array.from({ length: 800 }, (_, index) => ({
    role: 'user',
    content: prose.slice(index * 1000, index * 1000 + 1200),
  }));
  const body = JSON.stringify({ model: 'm', messages });
  const rate = (text: string, work: () => void) => (text.length / 1000 / cost(work)).toFixed(0);
  say(
    `prose ${rate(prose, () => redactor.text(prose))} MB/s, chat bodies ${rate(body, () => redactor.json(body))} MB/s per core`,
  );
});
