// Gemini's usageMetadata into disjoint buckets: the prompt includes cached tokens and leaves tool results out, the candidates
// leave thoughts out. https://ai.google.dev/api/generate-content#UsageMetadata
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, asObject, type JsonObject } from '../reading/json-reading.ts';
import { addKnown, usageOf } from '../reading/usage-buckets.ts';

/** Enum numbers stand in for names where a client asked for them. */
const modalities: Record<string, string> = { '1': 'TEXT', '2': 'IMAGE', '3': 'VIDEO', '4': 'AUDIO', '5': 'DOCUMENT' };

export function geminiUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const total = asCount(usage.totalTokenCount);
  const prompt = asCount(usage.promptTokenCount);
  const cached = asCount(usage.cachedContentTokenCount);
  const input = addKnown(prompt, asCount(usage.toolUsePromptTokenCount));
  const candidates = asCount(usage.candidatesTokenCount) ?? asCount(usage.responseTokenCount);
  let inputRest = input === null ? null : Math.max(input - (cached ?? 0), 0);
  // A blocked answer counts no candidates. Where the total says that nothing is missing, none is known to be 0.
  const allCounted = total !== null && total === addKnown(input, asCount(usage.thoughtsTokenCount));
  let outputRest = candidates ?? (allCounted ? 0 : null);
  const inputAudio = take('AUDIO');
  const inputImage = take('IMAGE');
  const outputAudio = give('AUDIO');
  const outputImage = give('IMAGE');
  return usageOf(
    {
      inputUncached: inputRest,
      inputCacheRead: cached,
      inputAudio,
      inputImage,
      outputText: outputRest,
      outputReasoning: asCount(usage.thoughtsTokenCount),
      outputAudio,
      outputImage,
    },
    total,
    usage,
  );

  function take(modality: string): number | null {
    const sent = addKnown(
      counted(usage?.promptTokensDetails ?? usage?.promptTokenDetails, modality),
      counted(usage?.toolUsePromptTokensDetails, modality),
    );
    if (sent === null || inputRest === null) return null;
    const uncached = Math.max(sent - (counted(usage?.cacheTokensDetails, modality) ?? 0), 0);
    const taken = Math.min(uncached, inputRest);
    inputRest -= taken;
    return taken;
  }

  function give(modality: string): number | null {
    const made = counted(usage?.candidatesTokensDetails ?? usage?.responseTokensDetails, modality);
    if (made === null || outputRest === null) return null;
    const given = Math.min(made, outputRest);
    outputRest -= given;
    return given;
  }
}

/** In a plain loop: it is asked six times for each chunk of a stream. */
function counted(details: unknown, modality: string): number | null {
  if (!Array.isArray(details)) return null;
  let sum: number | null = null;
  for (const entry of details) {
    const detail = asObject(entry);
    if (detail === null || modalityOf(detail) !== modality) continue;
    const count = asCount(detail.tokenCount);
    if (count !== null) sum = (sum ?? 0) + count;
  }
  return sum;
}

function modalityOf({ modality }: JsonObject): string {
  const stated = String(modality);
  return modalities[stated] ?? stated;
}
