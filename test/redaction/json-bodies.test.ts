// What json() keeps, what it masks by name alone, and what it does with odd, hostile or unfinished bodies.
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { canaries } from './samples.ts';

const json = (body: string, options?: { cut?: boolean }): string => createRedactor().json(body, options);

describe('a valid body', () => {
  it('keeps every byte that is not masked: spaces, number forms, repeated keys, escapes', () => {
    const body =
      ' {"a" : 1.0e+5,\n "a":12345678901234567890, "b":"\\u00e9\\/\\ud83d\\ude00", "c":[ ], "mail":"a@example.com","d":-0}\t';
    expect(json(body)).toBe(body.replace('a@example.com', '[EMAIL]'));
    expect(json(body.replace('a@example.com', 'none'))).toBe(body.replace('a@example.com', 'none'));
  });

  it('is masked inside JSON inside strings, which stays JSON at every level', () => {
    const inner = JSON.stringify({ to: 'a@example.com', n: 5 });
    const masked = json(JSON.stringify({ arguments: JSON.stringify({ inner }) }));
    expect(JSON.parse(JSON.parse(JSON.parse(masked).arguments).inner).to).toBe('[EMAIL]');
  });

  it('has card numbers masked where they are JSON numbers', () => {
    expect(json('{"n":4111111111111111,"m":4111111111111112,"t":1700000000000}')).toBe(
      '{"n":"[CARD]","m":4111111111111112,"t":1700000000000}',
    );
  });

  it('has values masked that their key alone gives away', () => {
    const body = {
      password: 'x',
      pin: 1,
      client_secret: 'abc',
      'x-api-key': 'k',
      ssn: '536228145',
      social_security_number: 536228145,
      phone: '4673395',
      home_phone_number: 4673395,
      max_tokens: 5,
      token: 'Hello',
      next_page_token: 'abc',
    };
    expect(JSON.parse(json(JSON.stringify(body)))).toEqual({
      password: '[CREDENTIAL]',
      pin: 1,
      client_secret: '[CREDENTIAL]',
      'x-api-key': '[CREDENTIAL]',
      ssn: '[SSN]',
      social_security_number: '[SSN]',
      phone: '[PHONE]',
      home_phone_number: '[PHONE]',
      max_tokens: 5,
      token: 'Hello',
      next_page_token: 'abc',
    });
  });

  it('keeps the schema of a parameter called password', () => {
    const body = '{"properties":{"password":{"type":"string"}},"required":["password"]}';
    expect(json(body)).toBe(body);
  });

  it('keeps a random seed that happens to pass for a card', () => {
    expect(json('{"seed":4111111111111111}')).toBe('{"seed":4111111111111111}');
  });
});

describe('log probabilities, which spell the answer once more', () => {
  const tokens = ['mail ', 'ja', 'ne@ex', 'ample', '.com', ' now'];
  const content = tokens.map((token) => ({
    token,
    bytes: [...Buffer.from(token)],
    logprob: -0.1,
    top_logprobs: [{ token }],
  }));

  it('are dropped in the chat form when an entity is split over tokens', () => {
    const masked = JSON.parse(json(JSON.stringify({ choices: [{ logprobs: { content, refusal: null }, index: 0 }] })));
    expect(masked).toEqual({ choices: [{ logprobs: null, index: 0 }] });
  });

  it('are dropped in the responses form, and the text beside them stays', () => {
    const masked = JSON.parse(
      json(JSON.stringify({ type: 'output_text', text: 'mail jane@example.com', logprobs: content })),
    );
    expect(masked).toEqual({ type: 'output_text', text: 'mail [EMAIL]', logprobs: null });
  });

  it('are dropped in the old completions form, alternatives included', () => {
    const logprobs = { tokens, token_logprobs: [-1], top_logprobs: tokens.map((token) => ({ [token]: -0.1 })) };
    expect(JSON.parse(json(JSON.stringify({ choices: [{ text: 'x', logprobs }] })))).toEqual({
      choices: [{ text: 'x', logprobs: null }],
    });
  });

  it('are dropped in the Gemini form, candidates included', () => {
    const chosenCandidates = tokens.map((token) => ({ token, logProbability: -1 }));
    const logprobsResult = { topCandidates: chosenCandidates.map((one) => ({ candidates: [one] })), chosenCandidates };
    expect(JSON.parse(json(JSON.stringify({ logprobsResult })))).toEqual({ logprobsResult: null });
  });

  it('are dropped when the capture stops inside them', () => {
    const body = JSON.stringify({ choices: [{ logprobs: { content: [...content, ...content] } }] });
    const masked = json(body.slice(0, -150));
    expect(masked).not.toContain('ample');
    expect(masked).toMatch(/null$/);
  });

  it('stay as they are when they spell nothing', () => {
    const body = JSON.stringify({ logprobs: { content: ['Hel', 'lo', ' there'].map((token) => ({ token })) } });
    expect(json(body)).toBe(body);
  });
});

describe('a body cut off at the capture limit', () => {
  const canary = Object.entries(canaries);
  it.each(canary)('shows no half of a %s, wherever the cut falls', (_, entity) => {
    const body = JSON.stringify({ messages: [{ role: 'user', content: `hello there, ${entity} is mine` }] });
    // Armour and the word Bearer are no secret; what follows them is.
    const secret = JSON.stringify(entity.replace(/^(?:Bearer |-+[A-Z ]+-+\n)/, '')).slice(1, -1);
    const start = body.indexOf(secret);
    for (let at = start + 5; at < start + secret.length; at++) {
      const masked = json(body.slice(0, at));
      expect(masked, `cut at ${at - start}`).not.toContain(secret.slice(0, 5));
      expect(masked.startsWith('{"messages":[{"role":"user","content":"hello')).toBe(true);
    }
  });

  it('shows no half of a card in groups, of a number, or of a value named secret', () => {
    expect(json('{"a":"pay with 4111 1111 11')).toBe('{"a":"pay with ');
    expect(json('{"a":41111111111')).toBe('{"a":');
    expect(json('{"password":"hunt er')).toBe('{"password":"[CREDENTIAL]');
    expect(json('{"a":"x jane\\u0040example.com y","b":"z\\u00')).toBe('{"a":"x [EMAIL] y","b":"');
  });

  it('keeps what came before in full', () => {
    expect(json('{"a":"one two","b":[1,2,{"c":"a@example.com","d":tr')).toBe(
      '{"a":"one two","b":[1,2,{"c":"[EMAIL]","d":tr',
    );
  });

  it('is masked as text with its tail dropped when it is no JSON and the caller says it is cut', () => {
    expect(json('name: Jane, mail: jane@exam', { cut: true })).toBe('name: Jane, mail: ');
    expect(json('data: {"a":"jane\\u0040example.com"}\n\ndata: {"a":"4111 11', { cut: true })).toBe(
      'data: {"a":"[EMAIL]"}\n\ndata: {"a":"',
    );
  });
});

describe('a body that is not JSON', () => {
  it.each([
    ['{john@example.com}', '{[EMAIL]}'],
    ['{"a":"b"} jane@example.com', '{"a":"b"} [EMAIL]'],
    ['[4111 1111 1111 1111]', '[[CARD]]'],
    ['{"a":"x"}\n{"a":"jane\\u0040example.com"}\n', '{"a":"x"}\n{"a":"[EMAIL]"}\n'],
    ["{'password': 'hunter2'}", "{'password': '[CREDENTIAL]'}"],
    ['user=a%40example.com&n=1', 'user=[EMAIL]&n=1'],
    ['"quoted" a@example.com', '"quoted" [EMAIL]'],
    ['{"a":"line\nbreak","b":"a@example.com"}', '{"a":"line\nbreak","b":"[EMAIL]"}'],
    ['{"bad":"\\q a@example.com"}', '{"bad":"\\q [EMAIL]"}'],
    ['', ''],
  ])('is masked as text: %s', (body, expected) => expect(json(body)).toBe(expected));
});

describe('poison', () => {
  it('survives 10 000 levels of nesting, of containers and of the same key', () => {
    const deep = `${'{"a":['.repeat(10_000)}"a@example.com"${']}'.repeat(10_000)}`;
    expect(json(deep)).toBe(deep.replace('a@example.com', '[EMAIL]'));
    expect(json('['.repeat(100_000))).toBe('['.repeat(100_000));
  });

  it('survives strings within strings deeper than it follows them', () => {
    let body = 'a@example.com';
    for (let level = 0; level < 14; level++) body = JSON.stringify([body]);
    expect(json(body)).not.toContain('example.com');
  });

  it('touches no prototype', () => {
    const body = '{"__proto__":{"polluted":"a@example.com"},"constructor":{"prototype":{"x":1}}}';
    expect(json(body)).toBe(body.replace('a@example.com', '[EMAIL]'));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps NUL bytes and huge numbers, and makes lone surrogates well-formed', () => {
    expect(json(`{"a":"\\u0000b","n":1e999999,"m":${'9'.repeat(400)}}`)).toBe(
      `{"a":"\\u0000b","n":1e999999,"m":${'9'.repeat(400)}}`,
    );
    expect(createRedactor().text('x\ud800 a@example.com')).toBe('x\ufffd [EMAIL]');
    expect(json('{"a":"\\ud800 a@example.com"}').isWellFormed()).toBe(true);
  });
});
