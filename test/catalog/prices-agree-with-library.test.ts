// The published price book is the oracle: our exact arithmetic must give its totals, for every model it holds.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { calcPrice, findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Counted } from '../../catalog/counted.ts';
import { createPriceBook } from '../../catalog/prices.ts';
import { installedBook } from '../../catalog/published-book.ts';
import { type Usage, unknownUsage } from '../../contract/usage.ts';

/** The published book alone: the library knows no service tiers and no one-hour write where its own row has none. */
const book = createPriceBook({ multipliers: null });
const providers = installedBook.providers.map(({ id }) => id);
const models = providers.flatMap((provider) =>
  findProvider({ providerId: provider })!.models.map((model) => ({ provider, model: model.id, prices: rowsOf(model) })),
);

function rowsOf({ prices }: ModelInfo): ModelPrice[] {
  return Array.isArray(prices) ? prices.map((row) => row.prices) : [prices];
}

/** Each start of a tier of each model, as far as the model is found by its own name. */
function tierEdges(): { provider: string; model: string; start: number }[] {
  return models.flatMap(({ provider, model, prices }) => {
    const tiered = prices.flatMap((row) => Object.values(row)).filter((price) => typeof price === 'object');
    const starts = new Set(tiered.flatMap((price) => price.tiers.map(({ start }) => start)));
    return book.publishedId(provider, model) === model ? [...starts].map((start) => ({ provider, model, start })) : [];
  });
}

/** Our disjoint buckets as the library's nested counts. */
function libraryUsage(usage: Usage, counted: Counted = {}): Record<string, number> {
  const of = (name: keyof Usage) => Number(usage[name] ?? 0);
  const input =
    of('inputUncached') +
    of('inputCacheRead') +
    of('inputCacheWrite5m') +
    of('inputCacheWrite1h') +
    of('inputAudio') +
    of('inputImage');
  return {
    ...(counted.webSearches && { web_searches: counted.webSearches }),
    ...(counted.storageSearches && { storage_searches: counted.storageSearches }),
    ...(counted.audioSeconds && { audio_seconds: counted.audioSeconds, input_audio_seconds: counted.audioSeconds }),
    ...(counted.documentPages && { input_document_pages: counted.documentPages }),
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

  test('is the library’s on, below and above the edge of every tier, however the input is made up', () => {
    const edges = tierEdges();
    expect(edges.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...edges), fc.integer({ min: -1, max: 1 }), fc.nat(1000), (edge, off, cached) => {
        const input = edge.start + off;
        const inputCacheRead = Math.floor((input * cached) / 1000);
        const usage: Usage = {
          ...unknownUsage,
          inputUncached: input - inputCacheRead,
          inputCacheRead,
          outputText: 777,
        };
        const at = Date.UTC(2026, 10, 21);
        const ours = book.price({ ...edge, usage, usageSource: 'reported', at });
        const theirs = calcPrice(libraryUsage(usage), edge.model, {
          ...{ providerId: edge.provider, timestamp: new Date(at) },
        });
        expect(Math.abs((ours.costNanos ?? Number.NaN) - (theirs?.total_price ?? 0) * 1e9)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[keyof Counted, string, number]>([
    ['webSearches', 'web_searches_kcount', 0],
    ['storageSearches', 'storage_searches_kcount', 0],
    ['audioSeconds', 'audio_hours', 10],
    ['documentPages', 'input_document_kpages', 0],
  ])('is the library’s with %s, for every model that has a fee for them', (thing, key, least) => {
    const charged = models.filter(({ prices }) => prices.some((row) => row[key] !== undefined));
    expect(charged.length).toBeGreaterThan(2);
    fc.assert(
      fc.property(
        fc.constantFrom(...charged),
        fc.integer({ min: 1 + least, max: 5_000 }),
        instants,
        (one, count, at) => {
          const usage: Usage = { ...unknownUsage, inputUncached: 1_000, outputText: 10 };
          const counted = { [thing]: count };
          const ours = book.price({ ...one, usage, counted, usageSource: 'reported', at });
          const theirs = calcPrice(libraryUsage(usage, counted), one.model, {
            ...{ providerId: one.provider, timestamp: new Date(at) },
          });
          // Without a price per token the library counts tokens as free; there is no such answer in life.
          if (ours.costNanos === null) expect(theirs?.model_price.input_mtok === undefined).toBe(true);
          else expect(Math.abs(ours.costNanos - (theirs?.total_price ?? 0) * 1e9)).toBeLessThanOrEqual(1);
        },
      ),
    );
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
    for (const { provider, model, usage, counted, dollars } of cases) {
      const at = Date.UTC(2026, 10, 21);
      const { costNanos } = book.price({ provider, model, usage, counted, usageSource: 'reported', at });
      if (costNanos === null) continue;
      const theirs = calcPrice(libraryUsage(usage, counted), model, {
        providerId: provider,
        timestamp: new Date(at),
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
  counted: Counted;
  dollars: number;
}
interface Extracted {
  usage: Record<string, number>;
  extractors: { provider_id: string; input_price?: string; output_price?: string; total_price?: string }[];
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
        const dollars = Number(one.total_price ?? Number(one.input_price) + Number(one.output_price));
        const counted = usage.web_searches ? { webSearches: usage.web_searches } : {};
        return [{ provider: one.provider_id, model, usage: buckets, counted, dollars }];
      }),
    ),
  );
}

/** Null where the data set counts something our buckets do not hold: cached audio, video, tools. */
function toBuckets(usage: Record<string, number>): Usage | null {
  const known = new Set(
    (
      'input_tokens output_tokens cache_read_tokens cache_write_tokens cache_write_5m_tokens cache_write_1h_tokens ' +
      'input_audio_tokens output_audio_tokens input_image_tokens output_image_tokens output_reasoning_tokens ' +
      'input_text_tokens output_text_tokens cache_text_read_tokens web_searches'
    ).split(' '),
  );
  if (Object.entries(usage).some(([key, value]) => value > 0 && !known.has(key))) return null;
  const of = (name: string) => usage[name] ?? 0;
  const writes = of('cache_write_tokens');
  return {
    ...unknownUsage,
    inputUncached:
      of('input_tokens') - of('cache_read_tokens') - writes - of('input_audio_tokens') - of('input_image_tokens'),
    inputCacheRead: of('cache_read_tokens'),
    inputCacheWrite5m: writes - of('cache_write_1h_tokens'),
    inputCacheWrite1h: of('cache_write_1h_tokens'),
    inputAudio: of('input_audio_tokens'),
    inputImage: of('input_image_tokens'),
    outputText:
      of('output_tokens') - of('output_reasoning_tokens') - of('output_audio_tokens') - of('output_image_tokens'),
    outputReasoning: of('output_reasoning_tokens'),
    outputAudio: of('output_audio_tokens'),
    outputImage: of('output_image_tokens'),
  };
}
