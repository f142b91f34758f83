// The response object around the output: what OpenAI's schema requires of it, most of which repeats the request.
import type { Finish } from '../../../contract/answer.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { instructionsOf } from './write-items.ts';
import { writeFormat, writeTool, writeToolChoice } from './write-tools.ts';
import type { ItemStatus } from './written-item.ts';

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export function statusOf(finish: Finish | null): ResponseStatus {
  if (finish?.unified === 'length' || finish?.unified === 'content_filter') return 'incomplete';
  return finish?.unified === 'error' ? 'failed' : 'completed';
}

/** Of items that were still growing when the answer ended. */
export const itemStatusOf = (status: ResponseStatus): ItemStatus => (status === 'completed' ? status : 'incomplete');

export function outcomeOf(status: ResponseStatus, finish: Finish | null): JsonObject {
  const reason = finish?.unified === 'length' ? 'max_output_tokens' : 'content_filter';
  const failure = { code: 'server_error', message: `The model stopped with "${finish?.raw}".` };
  return {
    status,
    error: status === 'failed' ? failure : null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
  };
}

/**
 * The request as it was understood. What it left open is null here: OpenAI would say its own default, and what another
 * provider takes instead is not known.
 */
export function echoOf(request: NeutralRequest): JsonObject {
  const { reasoning, answerFormat, toolChoice } = request;
  const verbosity = request.beyond['text.verbosity'];
  return {
    background: false,
    // Required by the SDK's type: a programme of OpenAI's for some of its customers.
    access_programs: null,
    instructions: instructionsOf(request.messages[0]) || null,
    max_output_tokens: request.maxTokens,
    max_tool_calls: null,
    metadata: request.metadata ?? {},
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.cacheKey || null,
    reasoning: { effort: reasoning?.effort || null, summary: reasoning?.visible === true ? 'auto' : null },
    service_tier: null,
    // Nobody keeps this answer: it cannot be fetched, nor followed by its id.
    store: false,
    temperature: request.temperature,
    text: {
      format: answerFormat === null ? { type: 'text' } : writeFormat(answerFormat),
      ...(typeof verbosity === 'string' && { verbosity }),
    },
    tool_choice: toolChoice === null ? 'auto' : writeToolChoice(toolChoice),
    tools: request.tools.map(writeTool),
    top_logprobs: request.logprobs?.top ?? 0,
    top_p: request.topP,
    truncation: 'disabled',
    user: request.user || null,
  };
}
