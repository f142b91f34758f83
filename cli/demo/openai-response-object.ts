// The response object of the Responses API: what it looks like at its beginning, at its end and when it fails.
import type { OpenAiEndpoint } from './openai-answers.ts';
import type { Random } from './random.ts';
import type { Script } from './script.ts';
import { listOf } from './wire-json.ts';

export type Item = Record<string, unknown> & { id: string; type: string };

/** The response object at the stages of its life. */
export interface PlannedResponse {
  items: Item[];
  begun: Record<string, unknown>;
  final(): Record<string, unknown>;
  failed(): Record<string, unknown>;
}

/** Plans the whole response; `instructions` is the fixed part that a prompt cache may keep. */
export function createResponse(
  { call, body, profile, cache, now }: OpenAiEndpoint,
  script: Script,
  instructions: string,
): PlannedResponse {
  const { random } = call;
  const begun = {
    id: `resp_${random.hex(50)}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: profile.answersAs,
    output: [] as Item[],
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: script.reasoningTokens > 0 ? 'medium' : null, summary: null },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: listOf(body.tools),
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
  };
  const items = outputItems(script, random);
  const cached = cache.touch(profile.name, instructions, script.prefixTokens).read;
  const output = script.outputTokens + script.reasoningTokens;
  const usage = {
    input_tokens: script.inputTokens,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: script.reasoningTokens },
    total_tokens: script.inputTokens + output,
  };
  const incomplete = { length: 'max_output_tokens', refused: 'content_filter', stop: null, tool: null }[script.finish];
  return {
    items,
    begun,
    final: () => ({
      ...begun,
      status: incomplete ? 'incomplete' : 'completed',
      completed_at: incomplete ? null : begun.created_at + 1,
      incomplete_details: incomplete ? { reason: incomplete } : null,
      output: items,
      usage,
    }),
    failed: () => ({
      ...begun,
      status: 'failed',
      error: { code: 'server_error', message: 'An error occurred while processing your request.' },
    }),
  };
}

function outputItems(script: Script, random: Random): Item[] {
  const items: Item[] = [];
  if (script.reasoningTokens > 0) {
    items.push({
      id: `rs_${random.hex(50)}`,
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: script.reasoning }],
    });
  }
  if (script.toolCall) {
    items.push({
      id: `fc_${random.hex(50)}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_${random.letters(24)}`,
      ...script.toolCall,
    });
  } else {
    const content = [{ type: 'output_text', annotations: [], logprobs: [], text: script.text }];
    items.push({ id: `msg_${random.hex(50)}`, type: 'message', status: 'completed', role: 'assistant', content });
  }
  return items;
}
