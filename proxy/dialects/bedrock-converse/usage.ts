// Bedrock's usage into buckets: inputTokens leaves out what was read from or written to the cache, totalTokens has it all.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject, asText, objectsIn } from '../reading/json-reading.ts';
import { usageOf } from '../reading/usage-buckets.ts';

export function bedrockUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const written = asCount(usage.cacheWriteInputTokens);
  // Writes by how long they live; those of which nothing is said live five minutes.
  const oneHour = objectsIn(usage.cacheDetails).find((detail) => asText(detail.ttl) === '1h');
  const writtenOneHour = asCount(oneHour?.inputTokens);
  return usageOf(
    {
      inputUncached: asCount(usage.inputTokens),
      inputCacheRead: asCount(usage.cacheReadInputTokens),
      inputCacheWrite5m: written === null ? null : Math.max(written - (writtenOneHour ?? 0), 0),
      inputCacheWrite1h: writtenOneHour,
      outputText: asCount(usage.outputTokens),
    },
    asCount(usage.totalTokens),
    usage,
  );
}
