// The parts of an exchange that are no bodies, and what happens when a detector fails.
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../proxy/redaction/detector.ts';
import { RedactionFailed } from '../../proxy/redaction/redaction-failed.ts';
import { createRedactor } from '../../proxy/redaction/redactor.ts';

describe('headers', () => {
  it('keeps the harmless ones alone, in lower case, and masks their values', () => {
    const kept = createRedactor().headers([
      ['User-Agent', 'app/1.2.3 (jane@example.com)'],
      ['X-Stainless-Lang', 'js'],
      ['x-ratelimit-remaining-requests', '99'],
      ['Anthropic-Ratelimit-Tokens-Remaining', '5'],
      ['CF-Ray', '8a1b2c3d4e5f-FRA'],
    ]);
    expect(kept).toEqual({
      'user-agent': 'app/1.2.3 ([EMAIL])',
      'x-stainless-lang': 'js',
      'x-ratelimit-remaining-requests': '99',
      'anthropic-ratelimit-tokens-remaining': '5',
      'cf-ray': '8a1b2c3d4e5f-FRA',
    });
  });

  it.each([
    'authorization',
    'Proxy-Authorization',
    'cookie',
    'set-cookie',
    'x-api-key',
    'api-key',
    'x-goog-api-key',
    'openai-organization',
    'x-forwarded-for',
    'x-amz-security-token',
    'x-stainless-api-key',
    'x-stainless-auth',
    'x-custom',
  ])('never keeps %s', (name) => expect(createRedactor().headers([[name, 'value']])).toEqual({}));

  it('joins a header that comes twice, and is not confused by __proto__', () => {
    expect(
      createRedactor().headers([
        ['accept', 'a'],
        ['Accept', 'b'],
        ['__proto__', 'c'],
      ]),
    ).toEqual({ accept: 'a, b' });
  });
});

describe('paths', () => {
  it.each([
    ['/v1/chat/completions', '/v1/chat/completions'],
    [
      '/v1beta/models/gemini-2.5-pro:generateContent?key=abc&alt=sse',
      '/v1beta/models/gemini-2.5-pro:generateContent?key=[CREDENTIAL]&alt=sse',
    ],
    [
      '/x?a=1&access_token=t&api%5Fkey=k&X-Amz-Signature=s',
      '/x?a=1&access_token=[CREDENTIAL]&api%5Fkey=[CREDENTIAL]&X-Amz-Signature=[CREDENTIAL]',
    ],
    ['/users/jane%40example.com/files?q=203.0.113.7', '/users/[EMAIL]/files?q=[IP]'],
    ['/x?sig=&key=[CREDENTIAL]', '/x?sig=&key=[CREDENTIAL]'],
    ['/x?%E0%A4%A=1&b=%', '/x?%E0%A4%A=1&b=%'],
  ])('%s becomes %s', (path, expected) => expect(createRedactor().path(path)).toBe(expected));

  it('counts a parameter masked because of its name', () => {
    const redactor = createRedactor();
    redactor.path('/x?key=abc');
    expect(redactor.counts()).toEqual({ credential: 1 });
  });
});

describe('identities', () => {
  const pseudonymKey = Buffer.from('pepper');
  it.each(['user-42', 'checkout', 'Zoë', 'team/blue', '', '550e8400-e29b-41d4-a716-446655440000'])(
    'stay as they are: %s',
    (value) => {
      expect(createRedactor({ pseudonymKey }).identity(value)).toBe(value);
    },
  );

  it('become the same pseudonym every time, another for another person or key', () => {
    const redactor = createRedactor({ pseudonymKey });
    const jane = redactor.identity('jane@example.com');
    expect(jane).toMatch(/^~[0-9a-f]{16}$/);
    expect(redactor.identity('jane@example.com')).toBe(jane);
    expect(createRedactor({ pseudonymKey }).identity('jane@example.com')).toBe(jane);
    expect(redactor.identity('john@example.com')).not.toBe(jane);
    expect(createRedactor({ pseudonymKey: Buffer.from('salt') }).identity('jane@example.com')).not.toBe(jane);
    expect(redactor.identity(jane)).toBe(jane);
  });

  it('become the placeholder without a key', () => {
    expect(createRedactor().identity('jane@example.com')).toBe('[EMAIL]');
  });
});

describe('a detector that fails', () => {
  const failing: Detector = {
    name: 'failing',
    find() {
      throw new TypeError('could not read 4111111111111111');
    },
  };
  const redactor = createRedactor({ detectors: [failing] });
  it.each([
    ['text', () => redactor.text('hello there')],
    ['json', () => redactor.json('{"a":"hello there"}')],
    ['headers', () => redactor.headers([['accept', 'hello there']])],
    ['path', () => redactor.path('/hello/there')],
    ['identity', () => redactor.identity('hello there')],
  ])('makes %s() throw RedactionFailed, without quoting the text', (_, call) => {
    expect(call).toThrow(RedactionFailed);
    expect(call).toThrow(/Expected .* to be redacted, found a detector that failed \(TypeError\)/);
    expect(call).not.toThrow(/4111/);
  });
});
