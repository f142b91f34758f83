// Which headers are kept at all. A list of what may stay, not of what must go: an unknown header is presumed secret.

const kept = new Set([
  'accept',
  'accept-encoding',
  'age',
  'anthropic-beta',
  'anthropic-version',
  'cache-control',
  'cf-cache-status',
  'cf-ray',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'openai-beta',
  'openai-model',
  'openai-processing-ms',
  'openai-version',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'server',
  'server-timing',
  'traceparent',
  'transfer-encoding',
  'user-agent',
  'via',
  'x-goog-api-client',
  'x-ms-region',
  'x-request-id',
  'x-should-retry',
]);
const keptPrefixes = ['x-stainless-', 'x-ratelimit-', 'anthropic-ratelimit-'];
/** A prefix of ours must not carry in a name that holds a secret, such as x-stainless-api-key. */
const secret = /auth|cookie|secret|password|api-?key|signature|credential/;

export const isKeptHeader = (name: string): boolean =>
  (kept.has(name) || keptPrefixes.some((prefix) => name.startsWith(prefix))) && !secret.test(name);

/** Lower-case names; a repeated header is joined with a comma (RFC 9110, 5.3). */
export const maskHeaders = (
  list: readonly (readonly [string, string])[],
  mask: (value: string) => string,
): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [spelled, value] of list) {
    const name = spelled.toLowerCase();
    if (!isKeptHeader(name)) continue;
    const masked = mask(value);
    headers[name] = headers[name] === undefined ? masked : `${headers[name]}, ${masked}`;
  }
  return headers;
};
