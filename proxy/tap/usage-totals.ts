// Tokens in and tokens out, over the buckets that are known; null where none is.
import type { Usage } from '../../contract/usage.ts';

export const inputTokens = (usage: Usage): number | null =>
  total(
    usage.inputUncached,
    usage.inputCacheRead,
    usage.inputCacheWrite5m,
    usage.inputCacheWrite1h,
    usage.inputAudio,
    usage.inputImage,
  );

export const outputTokens = (usage: Usage): number | null =>
  total(usage.outputText, usage.outputReasoning, usage.outputAudio, usage.outputImage);

export const cacheWriteTokens = (usage: Usage): number | null =>
  total(usage.inputCacheWrite5m, usage.inputCacheWrite1h);

function total(...parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
}
