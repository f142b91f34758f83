// A simulated Anthropic: messages and token counting, with its headers and errors (recorded shapes;
// platform.claude.com/docs/en/api). Errors in mid-stream are events after a 200, as in real life.
import { estimateTokenCount } from 'tokenx';
import { messageBody, messageEvents, messageUsage, readMessagesAsk } from './anthropic-messages.ts';
import { anthropicModels, type ModelProfile } from './models.ts';
import { createPromptCache, type PromptCache } from './prompt-cache.ts';
import { writeScript } from './script.ts';
import {
  type SimulatedAnswer,
  type SimulatedCall,
  type SimulatedServer,
  type SimulationOptions,
  startSimulatedServer,
} from './simulated-server.ts';
import { numberOf, textOf } from './wire-json.ts';

/** Starts it. Base URL for SDKs: `<url>`. Takes any key, as x-api-key or as a bearer token. */
export function startSimulatedAnthropic(options: SimulationOptions): Promise<SimulatedServer> {
  const cache = createPromptCache({ now: options.now, granularity: 1 });
  return startSimulatedServer(options, (call) => {
    const headers = { ...identity(call), ...limits(call, options.now()) };
    if (!call.header('x-api-key') && !/^Bearer \S/.test(call.header('authorization'))) {
      return failure(headers, 401, 'authentication_error', 'x-api-key header is required');
    }
    if (!call.header('anthropic-version')) {
      return failure(headers, 400, 'invalid_request_error', 'anthropic-version: header is required');
    }
    const counts = call.path === '/v1/messages/count_tokens';
    if (call.method !== 'POST' || !(counts || call.path === '/v1/messages')) {
      return failure(headers, 404, 'not_found_error', 'Not found');
    }
    const profile = anthropicModels.find((model) => model.name === call.json?.model);
    if (!profile) return failure(headers, 404, 'not_found_error', `model: ${textOf(call.json?.model)}`);
    if (counts) return countTokens(call, headers);
    if (numberOf(call.json?.max_tokens) === null) {
      return failure(headers, 400, 'invalid_request_error', 'max_tokens: Field required');
    }
    return answerMessages(call, { headers, profile, cache, severity: options.severity });
  });
}

interface Endpoint {
  headers: Record<string, string>;
  profile: ModelProfile;
  cache: PromptCache;
  severity: number;
}

function answerMessages(call: SimulatedCall, { headers, profile, cache, severity }: Endpoint): SimulatedAnswer {
  const body = call.json ?? {};
  const ask = readMessagesAsk(body);
  const script = writeScript({ ask, profile, random: call.random, severity });
  if (script.fault === 'rate-limited') {
    const message = 'This request would exceed your organization’s rate limit of 4,000 requests per minute.';
    return failure({ ...headers, 'retry-after': '7' }, 429, 'rate_limit_error', message);
  }
  if (script.fault === 'overloaded') return failure(headers, 529, 'overloaded_error', 'Overloaded');
  const usage = messageUsage({ body, script, cache, model: profile.name });
  const { firstTokenMs, msPerToken } = script.pace;
  const message = {
    body,
    script,
    usage,
    model: profile.answersAs,
    random: call.random,
    requestId: headers['request-id'] ?? '',
  };
  if (body.stream !== true) {
    const tokens = script.outputTokens + script.reasoningTokens;
    return whole(200, headers, messageBody(message), firstTokenMs + tokens * msPerToken);
  }
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    headAfterMs: firstTokenMs * 0.8,
    bodyAfterMs: firstTokenMs * 0.2,
    body: messageEvents(message),
    msPerToken,
    end: 'clean',
  };
}

function countTokens(call: SimulatedCall, headers: Record<string, string>): SimulatedAnswer {
  return whole(200, headers, { input_tokens: 4 + estimateTokenCount(readMessagesAsk(call.json ?? {}).all) }, 60);
}

function failure(headers: Record<string, string>, status: number, type: string, message: string): SimulatedAnswer {
  return whole(status, headers, { type: 'error', error: { type, message }, request_id: headers['request-id'] }, 50);
}

function whole(status: number, headers: Record<string, string>, body: unknown, afterMs: number): SimulatedAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    headAfterMs: afterMs,
    bodyAfterMs: 0,
    body: JSON.stringify(body),
    msPerToken: 0,
    end: 'clean',
  };
}

function identity(call: SimulatedCall): Record<string, string> {
  return {
    'request-id': `req_01${call.random.letters(22)}`,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
  };
}

/** Resets are RFC 3339 times here, unlike OpenAI's durations. */
function limits(call: SimulatedCall, now: number): Record<string, string> {
  const reset = new Date(now + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const entries = Object.entries({
    requests: 4000,
    tokens: 2_400_000,
    'input-tokens': 2_000_000,
    'output-tokens': 400_000,
  });
  return Object.fromEntries(
    entries.flatMap(([name, limit]) => [
      [`anthropic-ratelimit-${name}-limit`, String(limit)],
      [`anthropic-ratelimit-${name}-remaining`, String(limit - call.random.integer(0, limit / 100))],
      [`anthropic-ratelimit-${name}-reset`, reset],
    ]),
  );
}
