// Anthropic's usage into disjoint buckets: input_tokens leaves cached tokens out, output_tokens includes thinking.
// https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject, type JsonObject } from '../reading/json-reading.ts';
import { usageOf } from '../reading/usage-buckets.ts';

/** Anthropic gives no total, so `total` stays null; the buckets add up to it. */
export function anthropicUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const written = asCount(usage.cache_creation_input_tokens);
  const lives = asObject(usage.cache_creation) ?? {};
  const oneHour = asCount(lives.ephemeral_1h_input_tokens);
  const fiveMinutes = asCount(lives.ephemeral_5m_input_tokens);
  const output = asCount(usage.output_tokens);
  const thinking = asCount(asObject(usage.output_tokens_details)?.thinking_tokens);
  const reasoning = thinking === null || output === null ? thinking : Math.min(thinking, output);
  return usageOf(
    {
      inputUncached: asCount(usage.input_tokens),
      inputCacheRead: asCount(usage.cache_read_input_tokens),
      // What was written and has no stated life counts as five minutes, the default.
      inputCacheWrite5m: written === null ? fiveMinutes : Math.max(written - (oneHour ?? 0), fiveMinutes ?? 0),
      inputCacheWrite1h: oneHour,
      outputText: output === null ? null : output - (reasoning ?? 0),
      outputReasoning: reasoning,
    },
    asCount(usage.total_tokens),
    usage,
  );
}

/** Usage of a stream so far: message_start gives the input, message_delta the output and newer figures of the rest. */
export function mergeUsage(known: JsonObject | null, newer: unknown): JsonObject | null {
  const update = asObject(newer);
  if (update === null) return known;
  const stated = Object.entries(update).filter(([, value]) => value !== null);
  return { ...known, ...Object.fromEntries(stated) };
}
