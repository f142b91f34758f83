// What may be wrong with a bill, or with a record: each row changes how one call is charged. Whoever adds up the changes
// sees which of them accounts for a difference. Wrong tiers and buckets are those that people were really billed by.
import type { Usage } from '../../contract/usage.ts';
import type { Counted } from '../counted.ts';
import { type Bucket, mapTokens, type Rate, type Rates, rateAt } from '../rates.ts';

/** One call as it should have been charged. */
export interface Call {
  usage: Usage;
  counted: Counted;
  rates: Rates;
  tier: 'standard' | 'batch' | 'flex' | 'priority';
  /** The same model in these tiers; null where nobody has priced it. */
  standardRates: Rates | null;
  batchRates: Rates | null;
  /** It ended as it should. */
  complete: boolean;
}

/** `unbilled`: costs nothing. `twice`: all of it again. Null: this call is charged as before. */
export type Change = Partial<Call> | 'unbilled' | 'twice' | null;

export interface Hypothesis {
  name: string;
  /** What is responsible: a usage bucket, a fee, or the tier. */
  bucket: string;
  /** Ends a sentence that begins with "The invoice fits if" or "The record fits if". */
  says: string;
  change(call: Call): Change;
}

const count = (usage: Usage, bucket: Bucket): number => usage[bucket] ?? 0;
const writes = ['inputCacheWrite5m', 'inputCacheWrite1h'] as const;

const cached: Hypothesis[] = [
  {
    name: 'cached-counted-twice',
    bucket: 'inputCacheRead',
    says: 'cached tokens are counted twice: as cached, and as input at full price',
    change: ({ usage }) => moved(usage, { to: 'inputUncached', of: ['inputCacheRead'] }),
  },
  {
    name: 'cached-at-full-price',
    bucket: 'inputCacheRead',
    says: 'cached tokens cost as much as any input',
    change: (call) => charged(call, { bucket: 'inputCacheRead', as: 'inputUncached' }),
  },
  {
    name: 'cached-for-free',
    bucket: 'inputCacheRead',
    says: 'cached tokens cost nothing',
    change: ({ usage }) => without(usage, ['inputCacheRead']),
  },
  {
    name: 'cached-recorded-twice',
    bucket: 'inputCacheRead',
    says: 'cached tokens stand in the recorded input a second time',
    change: ({ usage }) => moved(usage, { to: 'inputUncached', of: ['inputCacheRead'], sign: -1 }),
  },
];

const written: Hypothesis[] = [
  {
    name: 'cache-write-counted-twice',
    bucket: 'inputCacheWrite',
    says: 'cache writes are counted twice: as writes, and as input at full price',
    change: ({ usage }) => moved(usage, { to: 'inputUncached', of: writes }),
  },
  {
    name: 'cache-write-at-input-price',
    bucket: 'inputCacheWrite',
    says: 'cache writes cost as much as any input',
    change: (call) => bothWrites(call, 'inputUncached'),
  },
  {
    name: 'cache-write-at-read-price',
    bucket: 'inputCacheWrite',
    says: 'cache writes cost as little as cache reads',
    change: (call) => bothWrites(call, 'inputCacheRead'),
  },
  {
    name: 'long-write-at-short-price',
    bucket: 'inputCacheWrite1h',
    says: 'one-hour cache writes cost as much as those of five minutes',
    change: (call) => charged(call, { bucket: 'inputCacheWrite1h', as: 'inputCacheWrite5m' }),
  },
  {
    name: 'short-write-at-long-price',
    bucket: 'inputCacheWrite5m',
    says: 'five-minute cache writes cost as much as those of one hour',
    change: (call) => charged(call, { bucket: 'inputCacheWrite5m', as: 'inputCacheWrite1h' }),
  },
  {
    name: 'cache-write-for-free',
    bucket: 'inputCacheWrite',
    says: 'cache writes cost nothing',
    change: ({ usage }) => without(usage, writes),
  },
];

const tiers: Hypothesis[] = [
  {
    name: 'tier-edge-one-early',
    bucket: 'context tier',
    says: 'the higher price by context begins one token early',
    change: ({ rates }) => steps(rates, (above) => above - 1),
  },
  {
    name: 'tier-edge-one-late',
    bucket: 'context tier',
    says: 'the higher price by context begins one token late',
    change: ({ rates }) => steps(rates, (above) => above + 1),
  },
  {
    name: 'tier-never',
    bucket: 'context tier',
    says: 'the higher price by context is never applied',
    change: ({ rates }) => steps(rates, () => Number.MAX_SAFE_INTEGER),
  },
  {
    name: 'tier-by-uncached-input',
    bucket: 'context tier',
    says: 'cached tokens do not count towards the higher price by context',
    change: ({ usage, rates }) => (isStepped(rates) ? { rates: fixed(rates, count(usage, 'inputUncached')) } : null),
  },
  {
    name: 'tier-full-price',
    bucket: 'service tier',
    says: 'batch, flex and priority calls cost the standard price',
    change: ({ tier, standardRates }) => (tier === 'standard' || !standardRates ? null : { rates: standardRates }),
  },
  {
    name: 'standard-at-batch-price',
    bucket: 'service tier',
    says: 'standard calls cost the batch price',
    change: ({ tier, batchRates }) => (tier !== 'standard' || !batchRates ? null : { rates: batchRates }),
  },
];

const others: Hypothesis[] = [
  {
    name: 'reasoning-for-free',
    bucket: 'outputReasoning',
    says: 'reasoning costs nothing',
    change: ({ usage }) => without(usage, ['outputReasoning']),
  },
  {
    name: 'reasoning-counted-twice',
    bucket: 'outputReasoning',
    says: 'reasoning is counted twice: as reasoning, and as output',
    change: ({ usage }) => moved(usage, { to: 'outputText', of: ['outputReasoning'] }),
  },
  {
    name: 'reasoning-recorded-twice',
    bucket: 'outputReasoning',
    says: 'reasoning stands in the recorded output a second time',
    change: ({ usage }) => moved(usage, { to: 'outputText', of: ['outputReasoning'], sign: -1 }),
  },
  {
    name: 'audio-as-text',
    bucket: 'inputAudio',
    says: 'audio costs as much as text',
    change: (call) => audioAsText(call),
  },
  {
    name: 'image-as-text',
    bucket: 'inputImage',
    says: 'images cost as much as text',
    change: (call) => charged(call, { bucket: 'inputImage', as: 'inputUncached' }),
  },
  {
    name: 'searches-for-free',
    bucket: 'webSearches',
    says: 'searches cost nothing',
    change: ({ counted }) => (counted.webSearches ? { counted: { ...counted, webSearches: 0 } } : null),
  },
  {
    name: 'searches-counted-twice',
    bucket: 'webSearches',
    says: 'searches are counted twice',
    change: ({ counted }) =>
      counted.webSearches ? { counted: { ...counted, webSearches: 2 * counted.webSearches } } : null,
  },
  {
    name: 'broken-off-for-free',
    bucket: 'requests',
    says: 'calls that failed or broke off cost nothing',
    change: ({ complete }) => (complete ? null : 'unbilled'),
  },
  { name: 'requests-counted-twice', bucket: 'requests', says: 'every request is counted twice', change: () => 'twice' },
];

/** In the order in which they are believed where several account for a difference equally well. */
export const hypotheses: readonly Hypothesis[] = [...cached, ...written, ...tiers, ...others];

function moved(
  usage: Usage,
  { to, of, sign = 1 }: { to: 'inputUncached' | 'outputText'; of: readonly Bucket[]; sign?: 1 | -1 },
): Change {
  const tokens = of.reduce((sum, bucket) => sum + count(usage, bucket), 0);
  const sum = count(usage, to) + sign * tokens;
  return tokens === 0 || sum < 0 ? null : { usage: { ...usage, [to]: sum } };
}

function without(usage: Usage, none: readonly Bucket[]): Change {
  if (none.every((bucket) => count(usage, bucket) === 0)) return null;
  return { usage: { ...usage, ...Object.fromEntries(none.map((bucket) => [bucket, 0])) } };
}

function charged({ usage, rates }: Call, { bucket, as }: { bucket: Bucket; as: Bucket }): Change {
  const rate = rates.tokens[as];
  return count(usage, bucket) === 0 || !rate ? null : { rates: withRates(rates, { [bucket]: rate }) };
}

function bothWrites({ usage, rates }: Call, as: Bucket): Change {
  const rate = rates.tokens[as];
  if (!rate || writes.every((bucket) => count(usage, bucket) === 0)) return null;
  return { rates: withRates(rates, { inputCacheWrite5m: rate, inputCacheWrite1h: rate }) };
}

function audioAsText({ usage, rates }: Call): Change {
  const { inputUncached, outputText } = rates.tokens;
  if (count(usage, 'inputAudio') + count(usage, 'outputAudio') === 0 || !inputUncached || !outputText) return null;
  return { rates: withRates(rates, { inputAudio: inputUncached, outputAudio: outputText }) };
}

const withRates = (rates: Rates, changed: Rates['tokens']): Rates => ({
  ...rates,
  tokens: { ...rates.tokens, ...changed },
});

const isStepped = ({ tokens }: Rates): boolean => Object.values(tokens).some((rate) => rate && rate.tiers.length > 0);

function steps(rates: Rates, change: (above: number) => number): Change {
  if (!isStepped(rates)) return null;
  const move = (rate: Rate): Rate => ({
    ...rate,
    tiers: rate.tiers.map((step) => ({ ...step, above: change(step.above) })),
  });
  return { rates: { ...rates, tokens: mapTokens(rates.tokens, move) } };
}

/** Every rate as it is for so much input, whatever the request holds. */
function fixed(rates: Rates, inputTokens: number): Rates {
  return { ...rates, tokens: mapTokens(rates.tokens, (rate) => ({ base: rateAt(rate, inputTokens), tiers: [] })) };
}
