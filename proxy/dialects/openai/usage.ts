// OpenAI's usage in both spellings (chat: prompt/completion, responses: input/output) into disjoint buckets, with the
// differences of those who speak the same format: cached and cache-written tokens are part of the input, reasoning is part
// of the output, but xAI counts reasoning apart, and the cached count has four names.
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject, type JsonObject } from '../reading/json-reading.ts';
import { addKnown, type Buckets, decimalDollars, usageOf } from '../reading/usage-buckets.ts';

/** Buckets from a `usage` object of chat completions, completions, responses or embeddings; unknown when it is no object. */
export function openaiUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const total = asCount(usage.total_tokens);
  const input = inputBuckets(usage);
  const inputSum = addKnown(...Object.values(input));
  return usageOf({ ...input, ...outputBuckets(usage, inputSum, total) }, total, usage);
}

/** What the provider says the call cost: OpenRouter's `usage.cost`, Perplexity's `usage.cost.total_cost`. */
export function openaiReportedCost(value: unknown): string | null {
  const cost = asObject(value)?.cost;
  return decimalDollars(asObject(cost)?.total_cost ?? cost);
}

function inputBuckets(usage: JsonObject): Partial<Buckets> {
  const details = asObject(usage.prompt_tokens_details) ?? asObject(usage.input_tokens_details) ?? {};
  const input = asCount(usage.prompt_tokens) ?? asCount(usage.input_tokens);
  const read =
    asCount(details.cached_tokens) ??
    asCount(usage.prompt_cache_hit_tokens) ??
    asCount(usage.num_cached_tokens) ??
    asCount(usage.cached_tokens);
  const written = asCount(details.cache_write_tokens);
  if (input === null) return { inputCacheRead: read, inputCacheWrite5m: written };
  const cached = (read ?? 0) + (written ?? 0);
  // More cached than there was input means that the provider counts cached tokens apart.
  let rest = cached > input ? input : input - cached;
  // Audio and images may be among the cached tokens; nobody says how many, so they get what the rest leaves.
  const audio = within(asCount(details.audio_tokens), rest);
  rest -= audio ?? 0;
  const image = within(asCount(details.image_tokens), rest);
  rest -= image ?? 0;
  return {
    inputUncached: rest,
    inputCacheRead: read,
    inputCacheWrite5m: written,
    inputAudio: audio,
    inputImage: image,
  };
}

function outputBuckets(usage: JsonObject, inputSum: number | null, total: number | null): Partial<Buckets> {
  const details = asObject(usage.completion_tokens_details) ?? asObject(usage.output_tokens_details) ?? {};
  const output = asCount(usage.completion_tokens) ?? asCount(usage.output_tokens);
  const reasoning = asCount(details.reasoning_tokens);
  if (output === null) return { outputReasoning: reasoning };
  const addsUp = total !== null && total === (inputSum ?? 0) + output + (reasoning ?? 0);
  const apart = (reasoning ?? 0) > 0 && (addsUp || (total === null && (reasoning ?? 0) > output));
  const inside = apart ? null : within(reasoning, output);
  let rest = output - (inside ?? 0);
  const audio = within(asCount(details.audio_tokens), rest);
  rest -= audio ?? 0;
  const image = within(asCount(details.image_tokens), rest);
  rest -= image ?? 0;
  return { outputText: rest, outputReasoning: apart ? reasoning : inside, outputAudio: audio, outputImage: image };
}

function within(count: number | null, limit: number): number | null {
  return count === null ? null : Math.min(count, limit);
}
