// Which fields of a /responses request the neutral form has no word for, and which are read into it. Whether
// an answer given without the former is still the one that was asked for is said in neutral/left-out.ts, for all formats.

/** Read into the neutral request. */
const understood: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'stream', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning'],
  ...['max_output_tokens', 'temperature', 'top_p', 'top_logprobs', 'metadata', 'user', 'safety_identifier'],
  ...['prompt_cache_key', 'service_tier'],
]);

/** https://platform.openai.com/docs/api-reference/responses/create names them too. */
const beyond: ReadonlySet<string> = new Set([
  ...['background', 'context_management', 'conversation', 'include', 'max_tool_calls', 'moderation'],
  ...['previous_response_id', 'prompt', 'prompt_cache_options', 'prompt_cache_retention', 'store', 'stream_options'],
  ...['truncation'],
]);

export function kindOfField(name: string): 'understood' | 'beyond' | 'unknown' {
  if (understood.has(name)) return 'understood';
  return beyond.has(name) ? 'beyond' : 'unknown';
}

/** Fields set to what is the case anyway. */
export function saysNothing(name: string, value: unknown): boolean {
  return value === null || value === undefined || value === false || (name === 'truncation' && value === 'disabled');
}
