// Writes a request for /api/chat. https://github.com/ollama/ollama/blob/main/docs/api.md
import { leftOut } from '../neutral/left-out.ts';
import type { AnswerFormat, NeutralRequest, Reasoning } from '../neutral/request.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';
import { writeMessages } from './write-messages.ts';

export function writeOllama(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const unsupported = leftOut(request, 'Ollama', [
    'parallelToolCalls',
    'choices',
    'logprobs',
    'logitBias',
    'user',
    'metadata',
    'cacheKey',
    'serviceTier',
  ]);
  // What else can be set (num_ctx, min_p …) comes under the same name from clients that know Ollama.
  const options = { ...asObject(request.extra.options), ...sampling(request) };
  const body: JsonObject = {
    model: target.model,
    // Said in any case, because Ollama streams unless told not to.
    stream: request.stream,
    messages: writeMessages(request.messages, unsupported),
    ...tools(request, unsupported),
    ...format(request.answerFormat),
    ...think(request.reasoning, target.model),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return { body: { ...request.extra, ...body }, headers: {}, unsupported };
}

/** Nobody can be made to call a tool here, but where there are none, none is called. */
function tools({ tools: offered, toolChoice }: NeutralRequest, unsupported: Unsupported[]): JsonObject {
  if (offered.length === 0 || toolChoice?.type === 'none') return {};
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') {
    unsupported.push({ field: 'toolChoice', changesAnswer: true, reason: 'Ollama cannot be made to call a tool' });
  }
  const written = offered.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: parameters ?? { type: 'object', properties: {} } },
  }));
  return { tools: written };
}

function format(wanted: AnswerFormat | null): JsonObject {
  if (wanted === null || wanted.type === 'text') return {};
  return { format: wanted.type === 'json' ? 'json' : wanted.schema };
}

/** Levels are for gpt-oss; the other models that think do or do not. https://ollama.com/blog/thinking */
function think(reasoning: Reasoning | null, model: string): JsonObject {
  if (reasoning === null || (reasoning.effort === '' && reasoning.budgetTokens === null)) return {};
  if (reasoning.effort === 'none') return { think: false };
  if (reasoning.effort === '' || !model.includes('gpt-oss')) return { think: true };
  const level = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' };
  return { think: level[reasoning.effort] };
}

function sampling(request: NeutralRequest): JsonObject {
  const said = {
    num_predict: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    stop: request.stop.length === 0 ? null : request.stop,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}
