// Token usage in disjoint buckets. Providers disagree on what contains what (OpenAI's input includes cached tokens,
// Anthropic's excludes them, Gemini's candidates exclude thoughts); here every token stands in exactly one bucket.
import { z } from 'zod';

const tokens = z.number().int().nonnegative().nullable();

/** Invariant: the non-null buckets add up to `total` whenever the provider reported a total. Unknown is null, never 0. */
export const Usage = z.object({
  inputUncached: tokens.describe('input text tokens read at full price'),
  inputCacheRead: tokens.describe('input tokens served from the provider’s prompt cache'),
  inputCacheWrite5m: tokens.describe('input tokens written to the prompt cache, five-minute or unstated life'),
  inputCacheWrite1h: tokens.describe('input tokens written to the prompt cache, one-hour life'),
  inputAudio: tokens.describe('uncached audio input tokens'),
  inputImage: tokens.describe('uncached image input tokens, where the provider counts them apart'),
  outputText: tokens.describe('visible output tokens, tool calls included'),
  outputReasoning: tokens.describe('reasoning or thought tokens, where the provider counts them apart'),
  outputAudio: tokens.describe('audio output tokens'),
  outputImage: tokens.describe('image output tokens'),
  total: tokens.describe('all of the above as the provider totals them'),
  raw: z.string().nullable().describe('the provider’s own usage JSON, verbatim'),
});
export type Usage = z.infer<typeof Usage>;

export const unknownUsage: Usage = Object.freeze({
  inputUncached: null,
  inputCacheRead: null,
  inputCacheWrite5m: null,
  inputCacheWrite1h: null,
  inputAudio: null,
  inputImage: null,
  outputText: null,
  outputReasoning: null,
  outputAudio: null,
  outputImage: null,
  total: null,
  raw: null,
});
