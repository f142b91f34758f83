// Seeded mispricings: for each of them an invoice is made by charging recorded calls wrongly, and the difference must be traced
// back to exactly that, to the nano-dollar.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp } from '../../../catalog/add-up.ts';
import { createPriceBook } from '../../../catalog/prices.ts';
import type { Rates } from '../../../catalog/rates.ts';
import { explain } from '../../../catalog/reconcile/explain.ts';
import { type Call, type Hypothesis, hypotheses } from '../../../catalog/reconcile/hypotheses.ts';
import { Suspects } from '../../../catalog/reconcile/suspects.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';

const at = Date.UTC(2026, 10, 21);
const book = createPriceBook();
const priced = (provider: string, model: string, tier = 'standard'): Rates | null =>
  book.rates({ provider, model, at, tier })?.rates ?? null;

interface Shape {
  provider?: string;
  model?: string;
  tier?: Call['tier'];
  usage: Partial<Usage>;
  counted?: Call['counted'];
  complete?: boolean;
}
function call({ provider = 'anthropic', model = 'claude-sonnet-4-5', tier = 'standard', ...shape }: Shape): Call {
  return {
    usage: { ...unknownUsage, inputUncached: 1000, outputText: 100, ...shape.usage },
    counted: shape.counted ?? {},
    rates: priced(provider, model, tier)!,
    ...{ tier, complete: shape.complete ?? true },
    standardRates: priced(provider, model),
    batchRates: priced(provider, model, 'batch'),
  };
}

const nanosOf = ({ usage, rates, counted }: Call): bigint => BigInt(addUp(usage, rates, counted)!.nanos);

function causes(calls: Call[], invoice: bigint, change: { recorded?: bigint; invoiceSlack?: bigint } = {}) {
  const suspects = new Suspects();
  let sum = 0n;
  for (const one of calls) {
    suspects.add(one, Number(nanosOf(one)));
    sum += nanosOf(one);
  }
  const { recorded = sum, invoiceSlack = 0n } = change;
  const { expected, buckets } = suspects;
  return explain({
    ...{ invoice, recorded, invoiceSlack, calls: calls.length, expected, buckets, gaps: [] },
    suspicions: suspects.suspicions(),
  });
}

/** What all calls cost, each with this mistake in it. */
function mistaken(calls: Call[], { change }: Hypothesis): bigint {
  return calls.reduce((sum, one) => {
    const changed = change(one);
    if (changed === null) return sum + nanosOf(one);
    if (changed === 'unbilled') return sum;
    if (changed === 'twice') return sum + 2n * nanosOf(one);
    return sum + nanosOf({ ...one, ...changed });
  }, 0n);
}
const named = (name: string): Hypothesis => hypotheses.find((one) => one.name === name)!;

/** Odd counts, so that no two mistakes cost the same by chance. */
const traffic: Record<string, Call[]> = {
  cached: [
    call({ usage: { inputCacheRead: 70_001 } }),
    call({ usage: { inputCacheRead: 12_347 } }),
    call({ usage: {} }),
  ],
  written: [
    call({ usage: { inputCacheWrite5m: 4_001, inputCacheWrite1h: 2_003, inputCacheRead: 17 } }),
    call({ usage: {} }),
  ],
  edge: [199_999, 200_000, 200_001, 250_003].map((inputUncached) => call({ usage: { inputUncached } })),
  cachedEdge: [call({ usage: { inputUncached: 150_000, inputCacheRead: 60_001 } })],
  batch: [call({ tier: 'batch', usage: { inputUncached: 9_001 } }), call({ usage: { inputUncached: 77 } })],
  reasoning: [call({ provider: 'openai', model: 'gpt-5', usage: { outputText: 901, outputReasoning: 333 } })],
  audio: [call({ provider: 'openai', model: 'gpt-audio', usage: { inputAudio: 901, outputAudio: 77 } })],
  image: [call({ provider: 'openai', model: 'gpt-realtime', usage: { inputImage: 901 } })],
  searched: [call({ counted: { webSearches: 3 }, usage: {} }), call({ usage: { inputUncached: 13 } })],
  broken: [call({ complete: false, usage: { inputUncached: 1_201 } }), call({ usage: { inputUncached: 17 } })],
};

describe('a seeded mispricing is named', () => {
  it.each<[string, string, string]>([
    ['cached-counted-twice', 'cached', 'inputCacheRead'],
    ['cached-at-full-price', 'cached', 'inputCacheRead'],
    ['cached-for-free', 'cached', 'inputCacheRead'],
    ['cache-write-counted-twice', 'written', 'inputCacheWrite'],
    ['cache-write-at-input-price', 'written', 'inputCacheWrite'],
    ['cache-write-at-read-price', 'written', 'inputCacheWrite'],
    ['long-write-at-short-price', 'written', 'inputCacheWrite1h'],
    ['short-write-at-long-price', 'written', 'inputCacheWrite5m'],
    ['cache-write-for-free', 'written', 'inputCacheWrite'],
    ['tier-edge-one-early', 'edge', 'context tier'],
    ['tier-edge-one-late', 'edge', 'context tier'],
    ['tier-never', 'edge', 'context tier'],
    ['tier-by-uncached-input', 'cachedEdge', 'context tier'],
    ['tier-full-price', 'batch', 'service tier'],
    ['standard-at-batch-price', 'batch', 'service tier'],
    ['reasoning-for-free', 'reasoning', 'outputReasoning'],
    ['reasoning-counted-twice', 'reasoning', 'outputReasoning'],
    ['audio-as-text', 'audio', 'inputAudio'],
    ['image-as-text', 'image', 'inputImage'],
    ['searches-for-free', 'searched', 'webSearches'],
    ['searches-counted-twice', 'searched', 'webSearches'],
    ['broken-off-for-free', 'broken', 'requests'],
    ['requests-counted-twice', 'cached', 'requests'],
  ])('on the invoice: %s (%s)', (rule, kind, bucket) => {
    const calls = traffic[kind]!;
    const invoice = mistaken(calls, named(rule));
    const [cause] = causes(calls, invoice);
    // Where all that is cached lies across the edge, "never" is the same mistake.
    expect(kind === 'cachedEdge' ? ['tier-never', rule] : [rule]).toContain(cause?.rule);
    expect(cause).toMatchObject({ bucket, side: 'invoice', exact: true, leftNanos: '0' });
    expect(cause!.sentence).toMatch(/^The invoice fits if /);
  });

  it.each(['cached-counted-twice', 'cached-at-full-price', 'cached-for-free'])('in the record: %s', (rule) => {
    const calls = traffic.cached!;
    const right = calls.reduce((sum, one) => sum + nanosOf(one), 0n);
    const [cause] = causes(calls, right, { recorded: mistaken(calls, named(rule)) });
    expect(cause).toMatchObject({ rule, side: 'record', exact: true });
  });

  it('whatever the traffic: cached tokens counted twice, to the nano-dollar', () => {
    const count = fc.integer({ min: 1, max: 100_000 });
    const usage = fc.record({
      inputUncached: count,
      inputCacheRead: count,
      inputCacheWrite5m: count,
      outputText: count,
    });
    fc.assert(
      fc.property(fc.array(usage, { minLength: 1, maxLength: 20 }), (usages) => {
        const calls = usages.map((one) => call({ usage: one }));
        const [cause] = causes(calls, mistaken(calls, named('cached-counted-twice')));
        expect(cause).toMatchObject({ rule: 'cached-counted-twice', exact: true, leftNanos: '0' });
      }),
      { numRuns: 200 },
    );
  });
});

describe('without a mispricing', () => {
  it('nothing is blamed, and rounding is no difference', () => {
    const calls = traffic.cached!;
    const right = calls.reduce((sum, one) => sum + nanosOf(one), 0n);
    expect(causes(calls, right)).toEqual([]);
    expect(causes(calls, right + 4_000_000n, { invoiceSlack: 5_000_000n })).toEqual([]);
  });
  it('a difference that nothing accounts for is left alone', () => {
    expect(causes(traffic.cached!, 123_456_789_012_345n)).toEqual([]);
  });
});

it('one bucket at another price is told with both prices', () => {
  const calls = [call({ usage: { inputUncached: 3_000_017, outputText: 500_003 } })];
  const { rates } = calls[0]!;
  const dearer = { ...rates, tokens: { ...rates.tokens, outputText: { base: 31n * 10n ** 18n, tiers: [] } } };
  const [cause] = causes(calls, nanosOf({ ...calls[0]!, rates: dearer }));
  expect(cause).toMatchObject({ rule: 'another-price', bucket: 'outputText', exact: true });
  expect(cause!.sentence).toContain('outputText costs $31.0000 a million instead of $22.5000');
});

it('two mistakes at once are told as two', () => {
  const calls = [call({ usage: { inputCacheRead: 70_001 } }), call({ counted: { webSearches: 7 }, usage: {} })];
  const right = calls.reduce((sum, one) => sum + nanosOf(one), 0n);
  const delta = (rule: string) => mistaken(calls, named(rule)) - right;
  const [cause] = causes(calls, right + delta('cached-at-full-price') + delta('searches-for-free'));
  expect(cause).toMatchObject({ rule: 'cached-at-full-price + searches-for-free', exact: true });
});
