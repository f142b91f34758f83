// The usage buckets agree with an independent reading of the same response bodies (genai-prices' own test data).
import { expect, test } from 'vitest';
import type { Usage } from '../../contract/usage.ts';
import { anthropicUsage } from '../../proxy/dialects/anthropic-messages/usage.ts';
import { cohereUsage } from '../../proxy/dialects/cohere/usage.ts';
import { geminiUsage } from '../../proxy/dialects/gemini/usage.ts';
import { openaiUsage } from '../../proxy/dialects/openai/usage.ts';
import { addKnown, sumOfBuckets } from '../../proxy/dialects/reading/usage-buckets.ts';
import { readSharedJson } from '../observe/recordings.ts';

type Counts = Record<string, number>;
interface Case {
  body: { usage?: Record<string, unknown>; usageMetadata?: Record<string, unknown>; meta?: Record<string, unknown> };
  extracted: Array<{ extractors: Array<{ api_flavor: string; provider_id: string }>; usage: Counts }>;
}

interface Reading {
  flavour: string;
  usage: Usage;
}

const cases = readSharedJson('genai-prices-usages.json') as Case[] | null;

function read({ body }: Case): Reading | null {
  const usage = body.usage ?? {};
  if (body.usageMetadata) return { flavour: 'google:default', usage: geminiUsage(body.usageMetadata) };
  if (body.meta) return { flavour: 'cohere:embeddings', usage: cohereUsage(body.meta) };
  if ('billed_units' in usage) return { flavour: 'cohere:tokens', usage: cohereUsage(usage) };
  if ('prompt_tokens' in usage) return { flavour: chatFlavour(usage), usage: openaiUsage(usage) };
  if ('input_tokens' in usage && 'total_tokens' in usage)
    return { flavour: 'openai:responses', usage: openaiUsage(usage) };
  if ('input_tokens' in usage) return { flavour: 'anthropic:default', usage: anthropicUsage(usage) };
  return null; // Bedrock's own format
}

/** Where the parts miss the total, reasoning stands outside: the reference counts it so for xAI, and for nobody else. */
function chatFlavour(usage: Record<string, unknown>): string {
  const { prompt_tokens, completion_tokens, total_tokens, completion_tokens_details } = usage;
  if (total_tokens === Number(prompt_tokens) + Number(completion_tokens ?? 0)) return 'openai:chat';
  return completion_tokens_details ? 'x-ai:chat' : 'unattributed:chat';
}

/** Ours put together again the way the reference counts: inputs and outputs with everything that is part of them. */
function compare(usage: Usage, expected: Counts): void {
  const { inputUncached, inputCacheRead, inputCacheWrite5m, inputCacheWrite1h, inputAudio, inputImage } = usage;
  const written = addKnown(inputCacheWrite5m, inputCacheWrite1h);
  expect(addKnown(inputUncached, inputCacheRead, written, inputAudio, inputImage) ?? 0).toBe(
    expected.input_tokens ?? 0,
  );
  const output = addKnown(usage.outputText, usage.outputReasoning, usage.outputAudio, usage.outputImage);
  expect(output ?? 0).toBe(expected.output_tokens ?? 0);
  if (expected.cache_read_tokens !== undefined) expect(inputCacheRead).toBe(expected.cache_read_tokens);
  if (expected.cache_write_tokens !== undefined) expect(written).toBe(expected.cache_write_tokens);
  if (expected.cache_write_5m_tokens !== undefined) expect(inputCacheWrite5m).toBe(expected.cache_write_5m_tokens);
  if (expected.output_reasoning_tokens !== undefined)
    expect(usage.outputReasoning).toBe(expected.output_reasoning_tokens);
  if (expected.output_image_tokens !== undefined) expect(usage.outputImage).toBe(expected.output_image_tokens);
  if (expected.input_audio_tokens !== undefined) {
    expect(inputAudio).toBe(expected.input_audio_tokens - (expected.cache_audio_read_tokens ?? 0));
  }
}

test.skipIf(cases === null)('usage of reference bodies falls into buckets as the reference says', () => {
  const counted = new Map<string, number>();
  for (const each of cases ?? []) {
    const reading = read(each);
    if (reading === null) continue;
    const { flavour, usage } = reading;
    const [provider, api] = flavour.split(':');
    const matching = each.extracted.find(({ extractors }) =>
      extractors.some((extractor) => extractor.provider_id === provider && extractor.api_flavor === api),
    );
    if (matching === undefined) continue;
    expect(() => compare(usage, matching.usage), JSON.stringify(each.body)).not.toThrow();
    if (usage.total !== null) expect(sumOfBuckets(usage)).toBe(usage.total);
    counted.set(flavour, (counted.get(flavour) ?? 0) + 1);
  }
  process.stderr.write(`  reference usages that agree: ${JSON.stringify(Object.fromEntries(counted))}\n`);
  expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1300);
});
