// Cohere's usage into buckets: `tokens` is what the model read and wrote, cached tokens are part of its input, and
// `billed_units` (often fewer) is all there is for embeddings. https://docs.cohere.com/docs/how-does-cohere-pricing-work
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject, type JsonObject } from '../reading/json-reading.ts';
import { usageOf } from '../reading/usage-buckets.ts';

/** From `usage` (v2) or `meta` (v1, embed). Cohere gives no total, so `total` stays null. */
export function cohereUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const counts = asObject(usage.tokens) ?? asObject(usage.billed_units);
  return counts === null ? unknownUsage : counted(counts, usage);
}

/** What is paid for, where Cohere says both: its own instructions to the model, for one, are used and not billed. */
export function cohereBilled(value: unknown): Usage | null {
  const usage = asObject(value);
  const billed = asObject(usage?.billed_units);
  return usage === null || billed === null || asObject(usage.tokens) === null ? null : counted(billed, {});
}

function counted(counts: JsonObject, usage: JsonObject): Usage {
  const input = asCount(counts.input_tokens);
  const cached = asCount(usage.cached_tokens);
  return usageOf(
    {
      inputUncached: input === null ? null : Math.max(input - (cached ?? 0), 0),
      inputCacheRead: cached,
      inputImage: asCount(counts.image_tokens),
      outputText: asCount(counts.output_tokens),
    },
    null,
    usage,
  );
}
