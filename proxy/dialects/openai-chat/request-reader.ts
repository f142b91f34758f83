// Reads a request to /chat/completions into the neutral form: everything but messages and tools, which have readers of
// their own. Words of OpenRouter's that many clients use (`reasoning`, `top_k`) are read as well.
import { emptyRequest, type NeutralRequest, type Reasoning } from '../neutral/request.ts';
import { isEffort } from '../openai/effort.ts';
import {
  objectAt,
  optionalCount,
  optionalFlag,
  optionalNumber,
  optionalObject,
  optionalText,
  refuse,
  textAt,
} from '../openai/expected.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { readMessages } from './message-reader.ts';
import { kindOfField } from './request-fields.ts';
import { readAnswerFormat, readToolChoice, readTools } from './tool-reader.ts';

export function readChatRequest(json: unknown): NeutralRequest {
  const body = objectAt(json, 'body');
  const beyond: JsonObject = {};
  const extra: JsonObject = {};
  sortOtherFields(body, beyond, extra);
  const stream = optionalFlag(body, 'stream') ?? false;
  const options = optionalObject(body, 'stream_options');
  return {
    ...emptyRequest(),
    model: optionalText(body, 'model'),
    stream,
    wantsUsage: !stream || options?.include_usage === true,
    messages: readMessages(body.messages, beyond),
    tools: readTools(body, beyond),
    toolChoice: readToolChoice(body, beyond),
    parallelToolCalls: optionalFlag(body, 'parallel_tool_calls'),
    answerFormat: readAnswerFormat(body, beyond),
    maxTokens: optionalCount(body, 'max_completion_tokens') ?? optionalCount(body, 'max_tokens'),
    ...readSampling(body),
    reasoning: readReasoning(body, extra),
    user: optionalText(body, 'safety_identifier') || optionalText(body, 'user'),
    metadata: readMetadata(body),
    cacheKey: optionalText(body, 'prompt_cache_key'),
    serviceTier: optionalText(body, 'service_tier'),
    beyond,
    extra,
  };
}

function readSampling(body: JsonObject): Partial<NeutralRequest> {
  return {
    temperature: optionalNumber(body, 'temperature'),
    topP: optionalNumber(body, 'top_p'),
    topK: optionalCount(body, 'top_k'),
    seed: optionalNumber(body, 'seed'),
    presencePenalty: optionalNumber(body, 'presence_penalty'),
    frequencyPenalty: optionalNumber(body, 'frequency_penalty'),
    stop: readStop(body.stop),
    choices: optionalCount(body, 'n'),
    logprobs: optionalFlag(body, 'logprobs') ? { top: optionalCount(body, 'top_logprobs') ?? 0 } : null,
    logitBias: readLogitBias(body),
  };
}

function readStop(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) return refuse('stop', 'text or a list of texts', stop);
  return stop.map((entry, index) => textAt(entry, `stop[${index}]`));
}

function readLogitBias(body: JsonObject): Record<string, number> | null {
  const bias = optionalObject(body, 'logit_bias');
  if (bias === null) return null;
  for (const token of Object.keys(bias)) optionalNumber(bias, token, `logit_bias.${token}`);
  return bias as Record<string, number>;
}

function readMetadata(body: JsonObject): Record<string, string> | null {
  const metadata = optionalObject(body, 'metadata');
  if (metadata === null) return null;
  const said = Object.entries(metadata).map(([key, value]) => {
    return [key, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(said);
}

/** `reasoning_effort`, and OpenRouter's `reasoning: {effort, max_tokens, exclude, enabled}`. */
function readReasoning(body: JsonObject, extra: JsonObject): Reasoning | null {
  const wanted = optionalObject(body, 'reasoning') ?? {};
  const effort = body.reasoning_effort ?? wanted.effort ?? effortOfSwitch(wanted.enabled);
  const budgetTokens = optionalCount(wanted, 'max_tokens', 'reasoning.max_tokens');
  const exclude = optionalFlag(wanted, 'exclude', 'reasoning.exclude');
  const visible = exclude === null ? null : !exclude;
  if (isEffort(effort)) return { effort, budgetTokens, visible };
  // Groq says "default", others will say more: not for us to judge.
  if (effort !== undefined && effort !== null) extra.reasoning_effort = effort;
  return budgetTokens === null && visible === null ? null : { effort: '', budgetTokens, visible };
}

/** https://openrouter.ai/docs/use-cases/reasoning-tokens: enabled is medium effort. */
function effortOfSwitch(enabled: unknown): unknown {
  if (typeof enabled !== 'boolean') return undefined;
  return enabled ? 'medium' : 'none';
}

function sortOtherFields(body: JsonObject, beyond: JsonObject, extra: JsonObject): void {
  for (const [name, value] of Object.entries(body)) {
    const kind = kindOfField(name);
    if (kind === 'unknown') extra[name] = value;
    else if (kind === 'beyond' && !saysNothing(name, value)) beyond[name] = value;
  }
}

/** Fields set to what is the case anyway. */
function saysNothing(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (name === 'store') return value === false;
  return name === 'modalities' && Array.isArray(value) && value.every((kind) => kind === 'text');
}
