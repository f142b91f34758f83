// Cohere's usage into buckets: `tokens` is what the model read and wrote, cached tokens are part of its input, and
// `billed_units` (often fewer) is all there is for embeddings. https://docs.cohere.com/docs/how-does-cohere-pricing-work
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject } from '../reading/json-reading.ts';
import { usageOf } from '../reading/usage-buckets.ts';

/** From `usage` (v2) or `meta` (v1, embed). Cohere gives no total, so `total` stays null. */
export function cohereUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const billed = asObject(usage.billed_units);
  const counts = asObject(usage.tokens) ?? billed;
  if (counts === null) return unknownUsage;
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
