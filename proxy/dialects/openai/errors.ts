// Errors in the shape OpenAI's SDKs understand, our own and those of providers in OpenAI's words:
// https://platform.openai.com/docs/guides/error-codes
import type { SpokenError } from '../dialect.ts';
import type { ErrorClass } from '../neutral/error.ts';

/**
 * What OpenAI itself says for each class. A rate limit is "requests" or "tokens" there, depending on which one ran out; no
 * other provider tells, so the word that compatible providers use stands for both. A bad request has no code of its own.
 */
const spoken: Record<ErrorClass, { type: string; code: string | null }> = {
  rate_limit: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  overloaded: { type: 'server_error', code: 'server_is_overloaded' },
  quota: { type: 'insufficient_quota', code: 'insufficient_quota' },
  authentication: { type: 'invalid_request_error', code: 'invalid_api_key' },
  permission: { type: 'invalid_request_error', code: 'insufficient_permissions' },
  not_found: { type: 'invalid_request_error', code: 'model_not_found' },
  context_length: { type: 'invalid_request_error', code: 'context_length_exceeded' },
  content_filter: { type: 'invalid_request_error', code: 'content_filter' },
  too_large: { type: 'invalid_request_error', code: 'request_too_large' },
  timeout: { type: 'server_error', code: 'request_timeout' },
  invalid: { type: 'invalid_request_error', code: null },
  server: { type: 'server_error', code: 'server_error' },
};

export function openaiErrorBody(error: SpokenError): string {
  return JSON.stringify({ error: spokenError(error), request_id: error.exchangeId });
}

/** In a stream of the responses API: the documented `error` event, with the wrapped form that its SDKs look for. */
export function responsesErrorEvent(error: SpokenError): string {
  const wrapped = spokenError(error);
  const { code, message, param } = wrapped;
  const data = { type: 'error', code, message, param, error: wrapped, request_id: error.exchangeId };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The provider's own error goes along as it came, under a name that OpenAI does not use. */
function spokenError({ type, code, message, field, provider }: SpokenError) {
  if (provider === undefined) return { message, type, param: field || null, code };
  return {
    message: provider.message || message,
    ...spoken[provider.class],
    param: provider.param || null,
    provider_error: provider.raw,
  };
}
