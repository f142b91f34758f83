// The published price book is the oracle: our exact arithmetic must give its totals, for every model it holds.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';

// Every provider of the book; the library has no list of them to ask for.
const providers =
  'anthropic arcee avian aws azure baseten cerebras cloudflare cohere cursor deepseek doubleword fireworks github-copilot google groq huggingface_together minimax mistral modal moonshotai novita openai openrouter ovhcloud perplexity quicksilverpro together typesafe voyageai x-ai zai zhipuai'.split(
    ' ',
  );
const book = createPriceBook();
const models = providers.flatMap((provider) =>
  findProvider({ providerId: provider })!.models.map((model) => ({ provider, model: model.id })),
);

/** Our disjoint buckets as the library's nested counts. */
function libraryUsage(usage: Usage): Record<string, number> {
  const of = (name: keyof Usage) => Number(usage[name] ?? 0);
  const input =
    of('inputUncached') +
    of('inputCacheRead') +
    of('inputCacheWrite5m') +
    of('inputCacheWrite1h') +
    of('inputAudio') +
    of('inputImage');
  return {
    input_tokens: input,
    cache_read_tokens: of('inputCacheRead'),
    cache_write_tokens: of('inputCacheWrite5m') + of('inputCacheWrite1h'),
    cache_write_1h_tokens: of('inputCacheWrite1h'),
    input_audio_tokens: of('inputAudio'),
    input_image_tokens: of('inputImage'),
    cache_audio_read_tokens: 0,
    cache_image_read_tokens: 0,
    output_tokens: of('outputText') + of('outputReasoning') + of('outputAudio') + of('outputImage'),
    output_reasoning_tokens: of('outputReasoning'),
    output_audio_tokens: of('outputAudio'),
    output_image_tokens: of('outputImage'),
  };
}

const count = fc.oneof(
  { weight: 4, arbitrary: fc.nat(5_000) },
  { weight: 2, arbitrary: fc.nat(400_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 128_000, 200_000, 200_001, 271_999, 272_000) },
);
const usages = fc.record({
  inputUncached: count,
  inputCacheRead: count,
  inputCacheWrite5m: count,
  inputCacheWrite1h: count,
  inputAudio: count,
  inputImage: count,
  outputText: count,
  outputReasoning: count,
  outputAudio: count,
  outputImage: count,
});
const instants = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2027, 0, 1) });

describe('a price computed here', () => {
  test(`is the library's to a nano-dollar, for all ${models.length} models, any usage and any instant`, () => {
    let priced = 0;
    fc.assert(
      fc.property(fc.constantFrom(...models), usages, instants, ({ provider, model }, counts, at) => {
        const usage: Usage = { ...unknownUsage, ...counts };
        const ours = book.price({ provider, model, usage, usageSource: 'reported', at });
        const theirs = calcPrice(libraryUsage(usage), model, { providerId: provider, timestamp: new Date(at) });
        // Some rows do not match their own id ("ft:gpt-4o-mini" wants a suffix): unknown to both.
        if (theirs === null) {
          expect(ours.costNanos).toBeNull();
          return;
        }
        if (ours.costNanos === null) {
          // We leave unpriced what the library counts as free for want of a price: some positive bucket has no rate.
          const rates = theirs.model_price;
          const sides = [
            rates.input_mtok === undefined && libraryUsage(usage).input_tokens! > 0,
            rates.output_mtok === undefined && libraryUsage(usage).output_tokens! > 0,
          ];
          expect(sides.some(Boolean) || usage.inputUncached === 0).toBe(true);
          return;
        }
        priced += 1;
        expect(Math.abs(ours.costNanos - theirs.total_price * 1e9)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 3_000 },
    );
    expect(priced).toBeGreaterThan(1_500);
  });

  test('adds up from its own breakdown', () => {
    fc.assert(
      fc.property(fc.constantFrom(...models), usages, ({ provider, model }, counts) => {
        const usage: Usage = { ...unknownUsage, ...counts };
        const ours = book.price({ provider, model, usage, usageSource: 'reported', at: Date.UTC(2026, 10, 21) });
        const sum = ours.breakdown.reduce((total, line) => total + (line.tokens * line.nanosPerMillion) / 1e6, 0);
        if (ours.costNanos !== null) expect(Math.abs(sum - ours.costNanos)).toBeLessThanOrEqual(0.51);
      }),
      { numRuns: 500 },
    );
  });
});

const file = path.resolve(import.meta.dirname, '../../../shared/data/genai-prices-usages.json');
describe('the published conformance data set', () => {
  const cases = readCases();
  test.skipIf(cases.length === 0)('gives the prices it states for the usage it states', () => {
    let checked = 0;
    for (const { provider, model, usage, dollars } of cases) {
      const { costNanos } = book.price({ provider, model, usage, usageSource: 'reported', at: Date.UTC(2026, 10, 21) });
      if (costNanos === null) continue;
      const theirs = calcPrice(libraryUsage(usage), model, {
        providerId: provider,
        timestamp: new Date(Date.UTC(2026, 10, 21)),
      });
      // The data set is of the library's main branch, so a price may have moved since the release that is installed.
      if (theirs && Math.abs(theirs.total_price - dollars) > 1e-9) continue;
      expect(Math.abs(costNanos - dollars * 1e9), `${provider} ${model}`).toBeLessThanOrEqual(1);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(cases.length * 0.8);
  });
});

interface Case {
  provider: string;
  model: string;
  usage: Usage;
  dollars: number;
}
interface Extracted {
  usage: Record<string, number>;
  extractors: { provider_id: string; input_price?: string; output_price?: string }[];
}

function readCases(): Case[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    process.stderr.write(`\nLEFT OUT: the conformance data set is not here (${path.basename(file)})\n`);
    return [];
  }
  const entries: { model?: string; extracted: Extracted[] }[] = JSON.parse(text);
  return entries.flatMap(({ model, extracted }) =>
    extracted.flatMap(({ usage, extractors }) =>
      extractors.flatMap((one) => {
        const buckets = toBuckets(usage);
        if (!model || !buckets || one.input_price === undefined || one.output_price === undefined) return [];
        const dollars = Number(one.input_price) + Number(one.output_price);
        return [{ provider: one.provider_id, model, usage: buckets, dollars }];
      }),
    ),
  );
}

/** Null where the data set counts something our buckets do not hold: searches, cached audio, seconds. */
function toBuckets(usage: Record<string, number>): Usage | null {
  const known = new Set(
    'input_tokens output_tokens cache_read_tokens cache_write_tokens cache_write_5m_tokens cache_write_1h_tokens input_audio_tokens output_audio_tokens output_reasoning_tokens'.split(
      ' ',
    ),
  );
  if (Object.entries(usage).some(([key, value]) => value > 0 && !known.has(key))) return null;
  const of = (name: string) => usage[name] ?? 0;
  const writes = of('cache_write_tokens');
  return {
    ...unknownUsage,
    inputUncached: of('input_tokens') - of('cache_read_tokens') - writes - of('input_audio_tokens'),
    inputCacheRead: of('cache_read_tokens'),
    inputCacheWrite5m: writes - of('cache_write_1h_tokens'),
    inputCacheWrite1h: of('cache_write_1h_tokens'),
    inputAudio: of('input_audio_tokens'),
    outputText: of('output_tokens') - of('output_reasoning_tokens') - of('output_audio_tokens'),
    outputReasoning: of('output_reasoning_tokens'),
    outputAudio: of('output_audio_tokens'),
  };
}
