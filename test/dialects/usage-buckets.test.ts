// Usage buckets: the quirks of each provider, and the invariant over figures nobody has sent yet.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unknownUsage } from '../../contract/usage.ts';
import { anthropicUsage } from '../../proxy/dialects/anthropic-messages/usage.ts';
import { cohereUsage } from '../../proxy/dialects/cohere/usage.ts';
import { geminiUsage } from '../../proxy/dialects/gemini/usage.ts';
import { openaiReportedCost, openaiUsage } from '../../proxy/dialects/openai/usage.ts';
import { bucketNames, decimalDollars, sumOfBuckets } from '../../proxy/dialects/reading/usage-buckets.ts';

describe('usage in buckets', () => {
  test('takes cached, written and audio tokens out of OpenAI’s prompt, and reasoning out of its completion', () => {
    const usage = openaiUsage({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 20, audio_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 5 },
    });
    expect(usage).toMatchObject({ inputUncached: 30, inputCacheRead: 40, inputCacheWrite5m: 20, inputAudio: 10 });
    expect(usage).toMatchObject({ outputText: 15, outputReasoning: 30, outputAudio: 5, outputImage: null, total: 150 });
  });

  test('adds xAI’s reasoning, which stands outside the completion', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 290 } };
    const usage = openaiUsage({ prompt_tokens: 12, completion_tokens: 1, total_tokens: 303, ...details });
    expect(usage).toMatchObject({ inputUncached: 12, outputText: 1, outputReasoning: 290, total: 303 });
  });

  test('finds the thoughts that Google’s compatible endpoint leaves out of the completion', () => {
    const usage = openaiUsage({ prompt_tokens: 9, completion_tokens: 29, total_tokens: 320 });
    expect(usage).toMatchObject({ inputUncached: 9, outputText: 29, outputReasoning: 282, total: 320 });
  });

  test.each([
    ['prompt_cache_hit_tokens', { prompt_cache_hit_tokens: 7 }],
    ['num_cached_tokens', { num_cached_tokens: 7 }],
    ['cached_tokens', { cached_tokens: 7 }],
  ])('knows cached tokens under the name %s', (_, cached) => {
    expect(openaiUsage({ prompt_tokens: 10, completion_tokens: 1, total_tokens: 11, ...cached })).toMatchObject({
      inputUncached: 3,
      inputCacheRead: 7,
    });
  });

  test('calls a total unknown that its own parts contradict', () => {
    expect(openaiUsage({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 3 }).total).toBeNull();
  });

  test('adds Anthropic’s cached tokens, by life, to an input that leaves them out', () => {
    const usage = anthropicUsage({
      input_tokens: 3,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 60,
      cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 40 },
      output_tokens: 9,
      output_tokens_details: { thinking_tokens: 4 },
    });
    expect(usage).toMatchObject({
      inputUncached: 3,
      inputCacheRead: 100,
      inputCacheWrite5m: 20,
      inputCacheWrite1h: 40,
    });
    expect(usage).toMatchObject({ outputText: 5, outputReasoning: 4, total: null });
    expect(anthropicUsage({ cache_creation_input_tokens: 60 })).toMatchObject({ inputCacheWrite5m: 60 });
  });

  test('takes cached parts of each modality out of Gemini’s prompt, and adds tools and thoughts', () => {
    const usage = geminiUsage({
      promptTokenCount: 373,
      cachedContentTokenCount: 204,
      toolUsePromptTokenCount: 10,
      candidatesTokenCount: 89,
      thoughtsTokenCount: 167,
      totalTokenCount: 639,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 115 },
        { modality: 'IMAGE', tokenCount: 258 },
      ],
      cacheTokensDetails: [
        { modality: 'TEXT', tokenCount: 63 },
        { modality: 'IMAGE', tokenCount: 141 },
      ],
    });
    expect(usage).toMatchObject({ inputUncached: 62, inputCacheRead: 204, inputImage: 117, inputAudio: null });
    expect(usage).toMatchObject({ outputText: 89, outputReasoning: 167, total: 639 });
  });

  test('leaves everything unknown that nobody said', () => {
    for (const read of [openaiUsage, anthropicUsage, geminiUsage, cohereUsage]) {
      for (const nothing of [undefined, null, 7, 'usage', []]) expect(read(nothing)).toEqual(unknownUsage);
    }
    expect(geminiUsage({ trafficType: 'ON_DEMAND' })).toEqual({ ...unknownUsage, raw: '{"trafficType":"ON_DEMAND"}' });
    expect(
      cohereUsage({ tokens: { input_tokens: 507, output_tokens: 4 }, billed_units: { input_tokens: 12 } }),
    ).toMatchObject({
      inputUncached: 507,
      outputText: 4,
      inputCacheRead: null,
    });
  });

  test('adds up to the total and never goes below nothing, whatever a provider counts', () => {
    const count = fc.option(fc.oneof(fc.nat(5000), fc.integer(), fc.double(), fc.string()), { nil: undefined });
    const details = fc.record(
      {
        cached_tokens: count,
        cache_write_tokens: count,
        audio_tokens: count,
        image_tokens: count,
        reasoning_tokens: count,
      },
      { requiredKeys: [] },
    );
    const openai = fc.record(
      {
        prompt_tokens: count,
        completion_tokens: count,
        total_tokens: count,
        prompt_tokens_details: details,
        completion_tokens_details: details,
      },
      { requiredKeys: [] },
    );
    const modality = fc.record({ modality: fc.constantFrom('TEXT', 'IMAGE', 'AUDIO', 4), tokenCount: count });
    const google = fc.record(
      {
        promptTokenCount: count,
        candidatesTokenCount: count,
        thoughtsTokenCount: count,
        cachedContentTokenCount: count,
        totalTokenCount: count,
        promptTokensDetails: fc.array(modality),
        candidatesTokensDetails: fc.array(modality),
      },
      { requiredKeys: [] },
    );
    const readings = fc.oneof(
      openai.map(openaiUsage),
      google.map(geminiUsage),
      openai.map(anthropicUsage),
      google.map(cohereUsage),
    );
    fc.assert(
      fc.property(readings, (usage) => {
        for (const name of bucketNames) if (usage[name] !== null) expect(usage[name]).toBeGreaterThanOrEqual(0);
        if (usage.total !== null) expect(sumOfBuckets(usage)).toBe(usage.total);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a reported cost', () => {
  test('is a plain decimal string, however small', () => {
    expect(decimalDollars(0.0160614)).toBe('0.0160614');
    expect(decimalDollars(1.13e-5)).toBe('0.0000113');
    expect(decimalDollars(4.25e-8)).toBe('0.0000000425');
    expect(decimalDollars(0)).toBe('0');
    expect(openaiReportedCost({ cost: { total_cost: 0.006 } })).toBe('0.006');
  });

  test('is unknown where it is no amount', () => {
    for (const odd of [undefined, null, -1, Number.NaN, 'cheap', {}, 1e30]) expect(decimalDollars(odd)).toBeNull();
  });
});
