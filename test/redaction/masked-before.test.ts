// What was masked before is masked the same again, and counted again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../proxy/redaction/redactor.ts';

const secrets = ['jane.roe@example.com', '4111 1111 1111 1111', 'sk-proj-abcdefghijklmnop123456', 'nothing at all'];
const words = fc.string({ maxLength: 120 });
const texts = fc.tuple(words, fc.constantFrom(...secrets), words).map((parts) => parts.join(' '));

describe('texts masked before', () => {
  it('come out as they would from a redactor that never saw them, and count as often', () => {
    fc.assert(
      fc.property(
        fc.array(texts, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (all, order) => {
          const used = createRedactor();
          for (const text of all) used.text(text);
          used.reset();
          const expected: Record<string, number> = {};
          for (const pick of order) {
            const text = all[pick % all.length] as string;
            const fresh = createRedactor();
            expect(used.text(text)).toBe(fresh.text(text));
            for (const [kind, count] of Object.entries(fresh.counts())) expected[kind] = (expected[kind] ?? 0) + count;
          }
          expect(used.counts()).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are told from others of their length', () => {
    const redactor = createRedactor();
    const padding = 'x '.repeat(60);
    expect(redactor.text(`${padding}jane.roe@example.com`)).toContain('[');
    const harmless = `${padding}jane.roe-example.com`;
    expect(redactor.text(harmless)).toBe(harmless);
    expect(redactor.text(`${padding}jane.roe@example.com`)).not.toContain('jane');
    expect(redactor.counts()).toEqual({ email: 2 });
  });

  it('stay right when far more short texts pass than are remembered', () => {
    const redactor = createRedactor();
    for (let at = 0; at < 5000; at++) expect(redactor.text(`model-${at}`)).toBe(`model-${at}`);
    expect(redactor.text('mail jane.roe@example.com')).not.toContain('jane');
    expect(redactor.text('model-1')).toBe('model-1');
  });
});
