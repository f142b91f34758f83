// Everything the proxy itself can say no with: one table of code, status and wording. The code is also the metric label
// and the anchor in docs/errors.md. What a provider says passes untouched and never stands here.

interface ErrorRow {
  status: number;
  /** The SDKs' word for the class; dialects translate it where theirs differs. */
  type: string;
  /** Whether the client's SDK should try again by itself (x-should-retry). */
  retry: boolean;
}

export const errorTable = {
  // What the client sent
  SIGHTLINE_BODY_NOT_JSON: { status: 400, type: 'invalid_request_error', retry: false },
  SIGHTLINE_BODY_TOO_LARGE: { status: 413, type: 'request_too_large', retry: false },
  SIGHTLINE_BAD_REQUEST: { status: 400, type: 'invalid_request_error', retry: false },
  SIGHTLINE_PATH_UNKNOWN: { status: 404, type: 'not_found_error', retry: false },
  SIGHTLINE_KEY_MISSING: { status: 401, type: 'authentication_error', retry: false },
  SIGHTLINE_KEY_WRONG: { status: 401, type: 'authentication_error', retry: false },
  SIGHTLINE_KEY_EXPIRED: { status: 401, type: 'authentication_error', retry: false },
  SIGHTLINE_KEY_REQUIRED: { status: 401, type: 'authentication_error', retry: false },
  SIGHTLINE_KEY_NOT_ALLOWED: { status: 403, type: 'permission_error', retry: false },
  SIGHTLINE_CROSS_SITE: { status: 403, type: 'permission_error', retry: false },
  SIGHTLINE_BUDGET_EXCEEDED: { status: 429, type: 'insufficient_quota', retry: false },
  SIGHTLINE_RATE_LIMITED: { status: 429, type: 'rate_limit_error', retry: true },
  SIGHTLINE_CALL_TOO_DEAR: { status: 402, type: 'invalid_request_error', retry: false },
  // What this proxy lacks
  SIGHTLINE_NOTHING_ELIGIBLE: { status: 503, type: 'api_error', retry: false },
  SIGHTLINE_KEYS_UNKNOWN: { status: 503, type: 'api_error', retry: true },
  SIGHTLINE_PROVIDER_MISSING: { status: 503, type: 'api_error', retry: false },
  SIGHTLINE_RECORDING_FULL: { status: 503, type: 'api_error', retry: true },
  SIGHTLINE_INTERNAL: { status: 500, type: 'api_error', retry: true },
  // What happened on the way to the provider
  SIGHTLINE_UPSTREAM_REFUSED: { status: 502, type: 'api_error', retry: true },
  SIGHTLINE_UPSTREAM_DNS: { status: 502, type: 'api_error', retry: true },
  SIGHTLINE_UPSTREAM_TLS: { status: 502, type: 'api_error', retry: false },
  SIGHTLINE_UPSTREAM_RESET: { status: 502, type: 'api_error', retry: true },
  SIGHTLINE_UPSTREAM_INVALID: { status: 502, type: 'api_error', retry: true },
  SIGHTLINE_UPSTREAM_TIMEOUT: { status: 504, type: 'timeout_error', retry: true },
  // Inside a stream that had begun
  SIGHTLINE_STREAM_TRUNCATED: { status: 502, type: 'api_error', retry: true },
  SIGHTLINE_STREAM_IDLE: { status: 504, type: 'timeout_error', retry: true },
  // Never shown to a client: it had gone
  SIGHTLINE_CLIENT_GONE: { status: 499, type: 'api_error', retry: false },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Thrown by a step to end the exchange with one of our own answers. */
export class ProxyError extends Error {
  readonly code: ErrorCode;
  /** When it makes sense to come again; null: nobody knows. */
  readonly retryAfterMs: number | null;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.name = 'ProxyError';
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }
  get row(): ErrorRow {
    return errorTable[this.code];
  }
}
