// What passes, and what stays, of a stream that another model may go on with.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unknownUsage } from '../../contract/usage.ts';
import { addedUsage } from '../../proxy/continuation/added-usage.ts';
import { ContinuableStream } from '../../proxy/continuation/continuable-stream.ts';
import { ContinuableWriter } from '../../proxy/continuation/continuable-writer.ts';
import { WholeEvents } from '../../proxy/continuation/whole-events.ts';
import { dialects } from '../../proxy/dialects/index.ts';

const blankLine = fc.constantFrom('\n\n', '\r\n\r\n', '\r\r');
const streams = fc
  .tuple(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', ':', ' ') }).map((data) => `data: ${data}`)), blankLine)
  .map(([events, blank]) => events.map((event) => event + blank));

/** The bytes in pieces that end at these places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

describe('whole events', () => {
  it('are the same however the stream was cut, and a torn one stays', () => {
    fc.assert(
      fc.property(
        streams,
        fc.array(fc.nat()),
        fc.constantFrom('', 'data: torn', 'data: torn\n'),
        (events, cuts, torn) => {
          const cutter = new WholeEvents();
          const bytes = Buffer.from(events.join('') + torn);
          const out = pieces(bytes, cuts).flatMap((piece) => cutter.push(piece));
          expect(out.map(String)).toEqual(events);
          expect(String(cutter.rest())).toBe(torn);
        },
      ),
    );
  });
});

describe('a continuable stream', () => {
  const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
  const open = (): ContinuableStream => {
    const { client, provider } = dialects['openai-chat'];
    const request = client!.readRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    const context = { exchangeId: 'x', created: 1, model: 'm', request, costOf: () => null };
    return new ContinuableStream(provider!.eventReader(), new ContinuableWriter(client!.answerWriter(context)));
  };

  it('passes all before an error, keeps all from it on, and knows the words that have passed', () => {
    const error = `data: ${JSON.stringify({ error: { message: 'gone', type: 'server_error' } })}\n\n`;
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.array(fc.nat()), (words, cuts) => {
        const stream = open();
        const passing = words.map((content) => chunk({ content })).join('');
        const bytes = Buffer.from(passing + error + chunk({ content: 'late' }));
        const out = Buffer.concat(pieces(bytes, cuts).map((piece) => Buffer.from(stream.push(piece))));
        stream.settle();
        expect(out.toString()).toBe(passing);
        expect(stream.error?.class).toBe('server');
        expect(stream.rest().toString()).toBe(error + chunk({ content: 'late' }));
        expect(stream.writer.words).toBe(words.join(''));
      }),
    );
  });
});

describe('usage of two', () => {
  const used = fc.record({
    inputUncached: fc.option(fc.nat()),
    outputText: fc.option(fc.nat()),
    outputReasoning: fc.option(fc.nat()),
  });

  it('is the sum of what is known, and unknown only where both are', () => {
    fc.assert(
      fc.property(used, used, (one, other) => {
        const sum = addedUsage({ ...unknownUsage, ...one }, { ...unknownUsage, ...other });
        for (const name of ['inputUncached', 'outputText', 'outputReasoning'] as const) {
          const known = [one[name], other[name]].filter((tokens) => tokens !== null);
          expect(sum[name]).toBe(known.length === 0 ? null : known.reduce((all, tokens) => all + tokens, 0));
        }
        expect(sum.total ?? 0).toBe((sum.inputUncached ?? 0) + (sum.outputText ?? 0) + (sum.outputReasoning ?? 0));
      }),
    );
  });
});
