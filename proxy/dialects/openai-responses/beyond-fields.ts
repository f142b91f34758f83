// Which fields of a /responses request the neutral form has no word for, and whether an answer given without them is still
// the answer that was asked for. The names are the keys of NeutralRequest.beyond: a field, or a path from it.

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

/**
 * What says how an answer is kept, cached, framed or worded. `max_tool_calls` counts only tools that the provider runs itself,
 * which are reported on their own, and `include` asks for details of those.
 */
const harmless: ReadonlySet<string> = new Set([
  ...['include', 'max_tool_calls', 'prompt_cache_options', 'prompt_cache_retention', 'store', 'stream_options'],
  ...['text.verbosity', 'reasoning.effort', 'reasoning.mode', 'reasoning.context'],
]);

export function kindOfField(name: string): 'understood' | 'beyond' | 'unknown' {
  if (understood.has(name)) return 'understood';
  return beyond.has(name) ? 'beyond' : 'unknown';
}

/** Fields set to what is the case anyway. */
export function saysNothing(name: string, value: unknown): boolean {
  return value === null || value === undefined || value === false || (name === 'truncation' && value === 'disabled');
}

/** False where another provider's answer without this field is as good. What nobody knows counts as asked for. */
export function changesAnswer(field: string, value: unknown): boolean {
  return !saysNothing(field, value) && !harmless.has(field) && !field.endsWith('.phase');
}
