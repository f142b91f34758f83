// Files that spreadsheets and finance tools open: text stays text, and money is exact.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../collector/exports/csv.ts';
import { dollars } from '../../collector/exports/dollars.ts';
import { readCsv } from './read-csv.ts';

describe('a cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =HYPERLINK("x")', '＝1', '\u0000=1', '\ncmd'])(
    'cannot become a formula: %j',
    (text) => {
      const [[cell]] = readCsv(csvLine([text])) as [[string]];
      expect(cell).toBe(`'${text}`);
    },
  );

  it('comes back as it was, whatever it holds, but for that apostrophe', () => {
    const cells = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, (texts) => {
        const [row] = readCsv(csvLine(texts));
        expect(row!.map((cell, at) => (cell === `'${texts[at]}` ? cell.slice(1) : cell))).toEqual(texts);
        for (const cell of row!) expect(cell.replace(/^[\s\p{Cc}]+/u, '')).not.toMatch(/^[=+\-@]/);
      }),
    );
  });

  it('is empty where nothing is known, and 0 only where it is 0', () => {
    expect(csvLine([null, 0, dollars(null), dollars('0')])).toBe(',0,,0\r\n');
  });
});

describe('dollars', () => {
  it('are exact beyond what a float can hold', () => {
    expect(dollars('12345678901234567890')).toEqual({ figure: '12345678901.23456789' });
    expect(dollars('1')).toEqual({ figure: '0.000000001' });
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 24n), (nanos) => {
        const [whole, fraction = ''] = dollars(nanos)!.figure.split('.');
        expect(BigInt(whole + fraction.padEnd(9, '0'))).toBe(nanos);
      }),
    );
  });
});
