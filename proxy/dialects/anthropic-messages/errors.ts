// Errors as Anthropic says them. https://platform.claude.com/docs/en/api/errors
import type { SpokenError } from '../dialect.ts';
import type { ErrorClass } from '../neutral/error.ts';

const typesByStatus: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

const typesByClass: Record<ErrorClass, string> = {
  rate_limit: 'rate_limit_error',
  overloaded: 'overloaded_error',
  quota: 'billing_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  not_found: 'not_found_error',
  context_length: 'invalid_request_error',
  content_filter: 'invalid_request_error',
  too_large: 'request_too_large',
  timeout: 'timeout_error',
  invalid: 'invalid_request_error',
  server: 'api_error',
};

const knownTypes = new Set(Object.values(typesByClass));

/**
 * SDKs know a closed set of types, so ours and those of other providers are translated; our own code and what the provider
 * said word for word go into the details, which SDKs hand on as they are.
 */
export function errorBody(error: SpokenError): string {
  const { provider, field } = error;
  return JSON.stringify({
    type: 'error',
    error: {
      type: provider ? typesByClass[provider.class] : typeOf(error),
      message: provider?.message || error.message,
      details: { error_code: error.code, ...(field && { field }), ...(provider && { provider_error: provider.raw }) },
    },
    request_id: error.exchangeId,
  });
}

export function errorEvent(error: SpokenError): string {
  return `event: error\ndata: ${errorBody(error)}\n\n`;
}

function typeOf({ type, status }: SpokenError): string {
  if (knownTypes.has(type)) return type;
  return typesByStatus[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
