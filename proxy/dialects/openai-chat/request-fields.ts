// The top-level fields of a chat request that are not simply read: https://platform.openai.com/docs/api-reference/chat/create

/** Read into the neutral request. */
const understood = [
  ...['model', 'messages', 'stream', 'stream_options', 'tools', 'tool_choice', 'parallel_tool_calls', 'functions'],
  ...['function_call', 'response_format', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'top_k'],
  ...['seed', 'presence_penalty', 'frequency_penalty', 'stop', 'n', 'logprobs', 'top_logprobs', 'logit_bias'],
  ...['reasoning_effort', 'reasoning', 'user', 'safety_identifier', 'metadata', 'prompt_cache_key', 'service_tier'],
];

/** OpenAI's own, without a neutral word. */
const beyond = [
  ...['audio', 'modalities', 'prediction', 'web_search_options', 'store', 'verbosity', 'moderation'],
  ...['prompt_cache_options', 'prompt_cache_retention'],
];

/** Meant for a gateway such as this one; no provider knows them, and the step that decides reads them itself. */
const routing = ['models', 'provider', 'fallbacks', 'route', 'transforms', 'plugins', 'providerOptions'];

const kinds = new Map<string, 'understood' | 'beyond' | 'routing'>([
  ...understood.map((name) => [name, 'understood'] as const),
  ...beyond.map((name) => [name, 'beyond'] as const),
  ...routing.map((name) => [name, 'routing'] as const),
]);

export function kindOfField(name: string): 'understood' | 'beyond' | 'routing' | 'unknown' {
  return kinds.get(name) ?? 'unknown';
}
