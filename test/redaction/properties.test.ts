// What holds for any input: nothing hidden survives, nothing else changes, JSON stays JSON, and once is enough.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { canaries, positives } from './samples.ts';

const runs = { numRuns: 300 };
const canary = fc.constantFrom(...Object.entries(canaries));
/** Anything at all, but bounded by a character that no entity could swallow or lean on. */
const left = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${text} `);
const right = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => ` ${text}`);

/** Puts `secret` at one random leaf, element or key of a JSON value. */
const planted = (json: unknown, secret: string, path: readonly number[]): unknown => {
  const [step = 0, ...rest] = path;
  if (Array.isArray(json)) {
    const at = step % (json.length + 1);
    return json.toSpliced(at, 1, at === json.length ? secret : planted(json[at], secret, rest));
  }
  if (typeof json === 'object' && json !== null) {
    const entries = Object.entries(json);
    const at = step % (entries.length + 2);
    if (at === entries.length) return { ...json, [secret]: step };
    if (at > entries.length) return { ...json, planted: secret };
    return Object.fromEntries(
      entries.map(([key, value], index) => [key, index === at ? planted(value, secret, rest) : value]),
    );
  }
  return step % 3 === 0 ? JSON.stringify([secret]) : secret;
};

const heart = (secret: string): string => secret.split('\n')[1] ?? secret.replace(/^Bearer /, '');

describe('an entity', () => {
  it('is gone from text, whatever stands around it', () => {
    fc.assert(
      fc.property(canary, left, right, ([kind, secret], before, after) => {
        const redactor = createRedactor({ kinds: [kind] });
        const masked = redactor.text(before + secret + after);
        expect(masked).not.toContain(heart(secret));
        expect(redactor.counts()[kind]).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it('is gone from any JSON, wherever it was put', () => {
    fc.assert(
      fc.property(
        canary,
        fc.jsonValue(),
        fc.array(fc.nat(20), { maxLength: 6 }),
        left,
        ([, secret], json, path, before) => {
          const body = JSON.stringify(planted(json, before + secret, path));
          const masked = createRedactor().json(body);
          expect(masked).not.toContain(JSON.stringify(heart(secret)).slice(1, -1));
          JSON.parse(masked);
        },
      ),
      runs,
    );
  });

  it('is gone from JSON that was cut anywhere behind it', () => {
    fc.assert(
      fc.property(canary, fc.jsonValue(), fc.nat(), ([, secret], json, cut) => {
        const body = JSON.stringify({ first: `x ${secret} y`, json });
        const masked = createRedactor().json(body.slice(0, 10 + (cut % body.length)), { cut: true });
        expect(masked).not.toContain(JSON.stringify(heart(secret)).slice(1, -1));
      }),
      runs,
    );
  });
});

describe('text without entities', () => {
  it('is the same byte for byte', () => {
    // Letters, quotes, brackets, escapes and accents, but nothing that could spell an entity by chance.
    const harmless = fc.string({ unit: fc.constantFrom(...'abc xyz\n\t"\'()[]{},.!?é谢—“”\\/&%'), maxLength: 200 });
    fc.assert(
      fc.property(harmless, (text) => {
        expect(createRedactor().text(text)).toBe(text);
        expect(createRedactor().json(JSON.stringify({ text, list: [text] }))).toBe(
          JSON.stringify({ text, list: [text] }),
        );
      }),
      runs,
    );
  });
});

describe('any input', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.oneof(fc.constantFrom(...Object.values(positives).flat()), fc.string({ maxLength: 8 })), {
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '{',
          '[',
          '}',
          ']',
          ':',
          ',',
          '1',
          '@',
          'a.b',
          '%4',
          '&#',
          '-----',
          ' ',
          '=',
          '::',
          '+',
          '(0',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join('')),
  );

  it('is redacted once and for all: a second time changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const redactor = createRedactor();
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
        const body = redactor.json(JSON.stringify({ a: [text], [text]: text }));
        expect(redactor.json(body)).toBe(body);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives well-formed text, and valid JSON when it was valid JSON', () => {
    fc.assert(
      fc.property(anyText, fc.jsonValue({ maxDepth: 4 }), (text, json) => {
        const redactor = createRedactor();
        expect(redactor.text(text).isWellFormed()).toBe(true);
        expect(redactor.json(text).isWellFormed()).toBe(true);
        JSON.parse(
          redactor.json(JSON.stringify([text, json, { [text]: JSON.stringify(json) }], null, text.length % 3)),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
