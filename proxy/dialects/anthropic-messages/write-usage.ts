// Usage in Anthropic's words: input_tokens leaves out what came from the cache or went into it, output_tokens holds everything.
import type { Usage } from '../../../contract/usage.ts';
import { addKnown } from '../reading/usage-buckets.ts';

/** As in a message_delta, where the input may be unknown; `cost` is ours. */
export function deltaUsage(usage: Usage, cost: number | null): Record<string, unknown> {
  const { inputCacheWrite5m, inputCacheWrite1h, outputReasoning } = usage;
  return {
    input_tokens: addKnown(usage.inputUncached, usage.inputAudio, usage.inputImage),
    cache_creation_input_tokens: addKnown(inputCacheWrite5m, inputCacheWrite1h),
    cache_read_input_tokens: usage.inputCacheRead,
    ...(inputCacheWrite1h !== null && {
      cache_creation: {
        ephemeral_5m_input_tokens: inputCacheWrite5m ?? 0,
        ephemeral_1h_input_tokens: inputCacheWrite1h,
      },
    }),
    // The SDKs' types want a number here and their users add it up: nothing is known yet, or never will be, reads as 0.
    output_tokens: addKnown(usage.outputText, outputReasoning, usage.outputAudio, usage.outputImage) ?? 0,
    output_tokens_details: outputReasoning === null ? null : { thinking_tokens: outputReasoning },
    server_tool_use: null,
    cost,
  };
}

/** As in a message; `input_tokens` has to be a number there as well, for the same reason. */
export function messageUsage(usage: Usage, cost: number | null): Record<string, unknown> {
  const { input_tokens, ...rest } = deltaUsage(usage, cost);
  return {
    input_tokens: input_tokens ?? 0,
    cache_creation: null,
    ...rest,
    service_tier: null,
    inference_geo: null,
    speed: null,
  };
}
