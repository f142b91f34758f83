// How a simulated OpenAI answers in general: whole bodies, errors and faults in its words; each endpoint builds on these.
import type { ModelProfile } from './models.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { SimulatedAnswer, SimulatedCall } from './simulated-server.ts';
import type { Json } from './wire-json.ts';

/** What each endpoint needs to answer. `now` in epoch milliseconds. */
export interface OpenAiEndpoint {
  call: SimulatedCall;
  body: Json;
  profile: ModelProfile;
  severity: number;
  cache: PromptCache;
  now: number;
  headers: Record<string, string>;
}

export interface OpenAiFailure {
  status: number;
  message: string;
  code: string | null;
  type?: string;
  param?: string | null;
  headers?: Record<string, string>;
}

/** An error as OpenAI words it. */
export function openAiError(headers: Record<string, string>, failure: OpenAiFailure): SimulatedAnswer {
  const { status, message, code, type = 'invalid_request_error', param = null } = failure;
  return whole(status, { ...headers, ...failure.headers }, { error: { message, type, param, code } }, 40);
}

/** The answers to the faults that come instead of a stream. */
export function openAiFault(headers: Record<string, string>, fault: 'rate-limited' | 'overloaded'): SimulatedAnswer {
  if (fault === 'overloaded') {
    const message = 'The server had an error while processing your request. Sorry about that!';
    return openAiError(headers, { status: 500, message, type: 'server_error', code: null });
  }
  const message =
    'Rate limit reached for requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms.';
  const waiting = { 'retry-after-ms': '120', 'retry-after': '1', 'x-ratelimit-remaining-requests': '0' };
  return openAiError(headers, {
    status: 429,
    message,
    type: 'requests',
    code: 'rate_limit_exceeded',
    headers: waiting,
  });
}

/** A whole JSON body that comes after `afterMs`. */
export function whole(
  status: number,
  headers: Record<string, string>,
  body: unknown,
  afterMs: number,
): SimulatedAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json', 'openai-processing-ms': String(Math.round(afterMs)) },
    headAfterMs: afterMs,
    bodyAfterMs: 0,
    body: JSON.stringify(body),
    msPerToken: 0,
    end: 'clean',
  };
}
