// A simulated OpenAI: chat completions, responses, embeddings and models on one origin, with its headers and errors
// (recorded shapes; platform.openai.com/docs/api-reference).
import { openaiModels } from './models.ts';
import { type OpenAiEndpoint, openAiError, whole } from './openai-answers.ts';
import { answerChat } from './openai-chat.ts';
import { answerEmbeddings } from './openai-embeddings.ts';
import { answerResponses } from './openai-responses.ts';
import { createPromptCache } from './prompt-cache.ts';
import {
  type SimulatedAnswer,
  type SimulatedCall,
  type SimulatedServer,
  type SimulationOptions,
  startSimulatedServer,
} from './simulated-server.ts';
import { textOf } from './wire-json.ts';

const endpoints: Record<string, (endpoint: OpenAiEndpoint) => SimulatedAnswer> = {
  '/v1/chat/completions': answerChat,
  '/v1/responses': answerResponses,
  '/v1/embeddings': answerEmbeddings,
};

/** Starts it. The key it accepts is any but the empty one. Base URL for SDKs: `<url>/v1`. */
export function startSimulatedOpenAi(options: SimulationOptions): Promise<SimulatedServer> {
  const cache = createPromptCache({ now: options.now, granularity: 128 });
  const limits = createLimits(options.now);
  return startSimulatedServer(options, (call) => {
    const headers = { ...identity(call), ...limits(call) };
    if (!/^Bearer \S/.test(call.header('authorization'))) {
      return openAiError(headers, { status: 401, message: 'You didn’t provide an API key.', code: 'invalid_api_key' });
    }
    if (call.path === '/v1/models' && call.method === 'GET') return listModels(headers);
    const endpoint = endpoints[call.path];
    if (!endpoint || call.method !== 'POST') {
      return openAiError(headers, { status: 404, message: `Invalid URL (${call.method} ${call.path})`, code: null });
    }
    const body = call.json;
    if (!body) {
      const message = 'We could not parse the JSON body of your request.';
      return openAiError(headers, { status: 400, message, code: null });
    }
    const profile = openaiModels.find((model) => model.name === body.model);
    if (!profile) return unknownModel(call, headers, textOf(body.model));
    return endpoint({ call, body, profile, severity: options.severity, cache, now: options.now(), headers });
  });
}

function unknownModel(call: SimulatedCall, headers: Record<string, string>, model: string): SimulatedAnswer {
  // The same fault differs per surface: 404 without param on chat, 400 with param on responses (recorded).
  if (call.path === '/v1/responses') {
    const message = `The requested model '${model}' does not exist.`;
    return openAiError(headers, { status: 400, message, param: 'model', code: 'model_not_found' });
  }
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return openAiError(headers, { status: 404, message, code: 'model_not_found' });
}

function listModels(headers: Record<string, string>): SimulatedAnswer {
  const data = openaiModels.map(({ name }) => ({
    id: name,
    object: 'model',
    created: 1_767_225_600,
    owned_by: 'system',
  }));
  return whole(200, headers, { object: 'list', data }, 30);
}

function identity(call: SimulatedCall): Record<string, string> {
  return {
    'x-request-id': `req_${call.random.hex(32)}`,
    'openai-version': '2020-10-01',
    'openai-organization': 'simulated',
    'access-control-expose-headers': 'X-Request-ID',
  };
}

/** Rate-limit headers that go down with the calls of the running minute. */
function createLimits(now: () => number): (call: SimulatedCall) => Record<string, string> {
  let minute = 0;
  let used = 0;
  return () => {
    const current = Math.floor(now() / 60_000);
    used = current === minute ? used + 1 : 1;
    minute = current;
    return {
      'x-ratelimit-limit-requests': '10000',
      'x-ratelimit-remaining-requests': String(Math.max(0, 10_000 - used)),
      'x-ratelimit-reset-requests': '6ms',
      'x-ratelimit-limit-tokens': '10000000',
      'x-ratelimit-remaining-tokens': String(Math.max(0, 10_000_000 - used * 900)),
      'x-ratelimit-reset-tokens': `${used % 60}ms`,
    };
  };
}
