// Writes a request for /v2/chat. https://docs.cohere.com/v2/reference/chat
import { leftOut } from '../neutral/left-out.ts';
import type { AnswerFormat, NeutralRequest, Reasoning, Tool } from '../neutral/request.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { writeMessages } from './write-messages.ts';

const maximumStops = 5;

export function writeCohere(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const unsupported = leftOut(request, 'Cohere', [
    'parallelToolCalls',
    'choices',
    'logprobs',
    'logitBias',
    'user',
    'metadata',
    'cacheKey',
    'serviceTier',
  ]);
  const body: JsonObject = {
    model: target.model,
    stream: request.stream,
    messages: writeMessages(request.messages, unsupported),
    ...toolFields(request, unsupported),
    ...responseFormat(request.answerFormat),
    ...thinking(request.reasoning),
    ...sampling(request, unsupported),
  };
  return { body: { ...request.extra, ...body }, headers: {}, unsupported };
}

/** Cohere cannot be told which tool to call, but that it must call one: of one tool, that comes to the same. */
function toolFields({ tools, toolChoice }: NeutralRequest, unsupported: Unsupported[]): JsonObject {
  if (tools.length === 0) return {};
  const wanted = toolChoice?.type === 'tool' ? tools.filter((tool) => tool.name === toolChoice.name) : tools;
  if (wanted.length === 0) {
    unsupported.push({ field: 'toolChoice', changesAnswer: true, reason: 'it names a tool that is not offered' });
    return {};
  }
  const forced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  // Strictness is for all tools or none.
  const strict = wanted.every((tool) => tool.strict === true);
  return {
    tools: wanted.map(writeTool),
    ...(strict ? { strict_tools: true } : {}),
    ...(forced ? { tool_choice: 'REQUIRED' } : toolChoice?.type === 'none' ? { tool_choice: 'NONE' } : {}),
  };
}

function writeTool({ name, description, parameters }: Tool): JsonObject {
  const described = description === '' ? {} : { description };
  return {
    type: 'function',
    function: { name, ...described, parameters: parameters ?? { type: 'object', properties: {} } },
  };
}

function responseFormat(format: AnswerFormat | null): JsonObject {
  if (format === null || format.type === 'text') return {};
  const schema = format.type === 'schema' ? { json_schema: format.schema } : {};
  return { response_format: { type: 'json_object', ...schema } };
}

function thinking(reasoning: Reasoning | null): JsonObject {
  if (reasoning === null || (reasoning.effort === '' && reasoning.budgetTokens === null)) return {};
  if (reasoning.effort === 'none') return { thinking: { type: 'disabled' } };
  const budget = reasoning.budgetTokens === null ? {} : { token_budget: reasoning.budgetTokens };
  return { thinking: { type: 'enabled', ...budget } };
}

function sampling(request: NeutralRequest, unsupported: Unsupported[]): JsonObject {
  const tell = (field: keyof NeutralRequest, reason: string): void => {
    unsupported.push({ field, changesAnswer: false, reason });
  };
  const penalty = (field: 'presencePenalty' | 'frequencyPenalty'): number | null => {
    const value = request[field];
    if (value === null || (value >= 0 && value <= 1)) return value;
    tell(field, 'Cohere takes penalties from 0 to 1');
    return null;
  };
  if (request.stop.length > maximumStops) tell('stop', `Cohere takes ${maximumStops} stop sequences at most`);
  const stops = request.stop.slice(0, maximumStops);
  const said = {
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    // Documented from 0.01 to 0.99, while clients write 1 for "all of them".
    p: request.topP === null ? null : Math.min(Math.max(request.topP, 0.01), 0.99),
    k: request.topK,
    seed: request.seed,
    presence_penalty: penalty('presencePenalty'),
    frequency_penalty: penalty('frequencyPenalty'),
    stop_sequences: stops.length === 0 ? null : stops,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
