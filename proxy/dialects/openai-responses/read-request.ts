// Reads a request to /responses into the neutral form: everything but input and tools, which have readers of their own.
// https://platform.openai.com/docs/api-reference/responses/create

import { routingFields } from '../../../contract/routing-fields.ts';
import { emptyRequest, type Message, type NeutralRequest, type Reasoning } from '../neutral/request.ts';
import { isEffort } from '../openai/effort.ts';
import {
  objectAt,
  optionalCount,
  optionalFlag,
  optionalNumber,
  optionalObject,
  optionalText,
} from '../openai/expected.ts';
import { asArray, type JsonObject } from '../reading/json-reading.ts';
import { kindOfField, saysNothing } from './beyond-fields.ts';
import { readInput } from './read-items.ts';
import { readAnswerFormat, readToolChoice, readTools } from './read-tools.ts';

export function readResponsesRequest(json: unknown): NeutralRequest {
  const body = objectAt(json, 'body');
  const beyond: JsonObject = {};
  const extra: JsonObject = {};
  sortOtherFields(body, beyond, extra);
  return {
    ...emptyRequest(),
    model: optionalText(body, 'model'),
    stream: optionalFlag(body, 'stream') ?? false,
    messages: [...readInstructions(body), ...readInput(body.input, beyond)],
    tools: readTools(body, beyond),
    toolChoice: readToolChoice(body, beyond),
    parallelToolCalls: optionalFlag(body, 'parallel_tool_calls'),
    answerFormat: readAnswerFormat(body, beyond),
    maxTokens: optionalCount(body, 'max_output_tokens'),
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    logprobs: readLogprobs(body),
    reasoning: readReasoning(body, beyond),
    user: optionalText(body, 'safety_identifier') || optionalText(body, 'user'),
    metadata: readMetadata(body),
    cacheKey: optionalText(body, 'prompt_cache_key'),
    serviceTier: optionalText(body, 'service_tier'),
    beyond,
    extra,
  };
}

/** They come before everything else, whatever the input holds. */
function readInstructions(body: JsonObject): Message[] {
  const text = optionalText(body, 'instructions');
  return text === '' ? [] : [{ role: 'system', content: [{ type: 'text', text }], name: '' }];
}

/** Log probabilities are asked for by `include`; `top_logprobs` alone says how many, and 0 is what OpenAI echoes. */
function readLogprobs(body: JsonObject): { top: number } | null {
  const top = optionalCount(body, 'top_logprobs') ?? 0;
  return top > 0 || asArray(body.include).includes('message.output_text.logprobs') ? { top } : null;
}

function readReasoning(body: JsonObject, beyond: JsonObject): Reasoning | null {
  const wanted = optionalObject(body, 'reasoning');
  if (wanted === null) return null;
  const { effort = null, summary = null, generate_summary = null, ...others } = wanted;
  for (const [name, value] of Object.entries(others)) if (value !== null) beyond[`reasoning.${name}`] = value;
  if (effort !== null && !isEffort(effort)) beyond['reasoning.effort'] = effort;
  const visible = (summary ?? generate_summary) === null ? null : true;
  if (!isEffort(effort) && visible === null) return null;
  return { effort: isEffort(effort) ? effort : '', budgetTokens: null, visible };
}

function readMetadata(body: JsonObject): Record<string, string> | null {
  const metadata = optionalObject(body, 'metadata');
  if (metadata === null) return null;
  const said = Object.entries(metadata).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(said);
}

function sortOtherFields(body: JsonObject, beyond: JsonObject, extra: JsonObject): void {
  for (const [name, value] of Object.entries(body)) {
    const kind = kindOfField(name);
    if (kind === 'unknown' && !routingFields.includes(name)) extra[name] = value;
    if (kind !== 'beyond' || saysNothing(name, value)) continue;
    const include = name === 'include' ? asArray(value).filter((entry) => !answeredAnyway.has(entry)) : null;
    if (include === null) beyond[name] = value;
    else if (include.length > 0) beyond[name] = include;
  }
}

/** Wishes of `include` that are read elsewhere, or fulfilled unasked: seals go to the client wherever there are any. */
const answeredAnyway: ReadonlySet<unknown> = new Set(['reasoning.encrypted_content', 'message.output_text.logprobs']);
