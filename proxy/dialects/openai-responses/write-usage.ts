// Usage in the words of /responses: what came from the cache is part of the input, reasoning is part of the output.
import type { Usage } from '../../../contract/usage.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { addKnown } from '../reading/usage-buckets.ts';

/** Null where nothing is known, as OpenAI says it while it still works; `cost` is ours. */
export function writeUsage(usage: Usage, cost: number | null): JsonObject | null {
  const { inputCacheRead, inputCacheWrite5m, inputCacheWrite1h, outputReasoning } = usage;
  const written = addKnown(inputCacheWrite5m, inputCacheWrite1h);
  const input = addKnown(usage.inputUncached, inputCacheRead, written, usage.inputAudio, usage.inputImage);
  const output = addKnown(usage.outputText, outputReasoning, usage.outputAudio, usage.outputImage);
  const total = usage.total ?? addKnown(input, output);
  if (total === null) return null;
  return {
    // Every one of these is a required number in OpenAI's schema and in the types of its SDKs, so that 0 also stands for
    // what the provider did not say. Our own record keeps the difference.
    input_tokens: input ?? 0,
    input_tokens_details: { cached_tokens: inputCacheRead ?? 0, cache_write_tokens: written ?? 0 },
    output_tokens: output ?? 0,
    output_tokens_details: { reasoning_tokens: outputReasoning ?? 0 },
    total_tokens: total,
    cost,
  };
}
