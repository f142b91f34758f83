// Usage in the words of OpenAI's chat: prompt and completion with what is contained in them, and the cost, as OpenRouter
// first wrote it. What nobody counted is left out: a zero would be a claim.
import type { Usage } from '../../../contract/usage.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { addKnown } from '../reading/usage-buckets.ts';

/** Null where either side is unknown: both numbers are required, so there is then no usage that could be told. */
export function chatUsage(usage: Usage, cost: number | null): JsonObject | null {
  const input = inputOf(usage);
  const output = outputOf(usage);
  if (input === null || output === null) return null;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: usage.total ?? input + output,
    ...detailed('prompt_tokens_details', {
      cached_tokens: usage.inputCacheRead,
      cache_write_tokens: addKnown(usage.inputCacheWrite5m, usage.inputCacheWrite1h),
      audio_tokens: usage.inputAudio,
      image_tokens: usage.inputImage,
    }),
    ...detailed('completion_tokens_details', {
      reasoning_tokens: usage.outputReasoning,
      audio_tokens: usage.outputAudio,
      image_tokens: usage.outputImage,
    }),
    cost,
  };
}

export function inputOf(usage: Usage): number | null {
  const { inputUncached, inputCacheRead, inputCacheWrite5m, inputCacheWrite1h, inputAudio, inputImage } = usage;
  return addKnown(inputUncached, inputCacheRead, inputCacheWrite5m, inputCacheWrite1h, inputAudio, inputImage);
}

export function outputOf(usage: Usage): number | null {
  const { outputText, outputReasoning, outputAudio, outputImage } = usage;
  return addKnown(outputText, outputReasoning, outputAudio, outputImage);
}

function detailed(name: string, counts: Record<string, number | null>): JsonObject {
  const known = Object.entries(counts).filter(([, count]) => count !== null);
  return known.length === 0 ? {} : { [name]: Object.fromEntries(known) };
}
