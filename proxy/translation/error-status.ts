// Which status a class of refusal has in the client's format, so that its SDK throws what it would at home.
import type { DialectName } from '../../contract/words.ts';
import type { ErrorClass } from '../dialects/neutral/error.ts';

const openai: Record<ErrorClass, number> = {
  rate_limit: 429,
  overloaded: 503,
  quota: 429,
  authentication: 401,
  permission: 403,
  not_found: 404,
  context_length: 400,
  content_filter: 400,
  too_large: 413,
  timeout: 504,
  invalid: 400,
  server: 500,
};

/** https://platform.claude.com/docs/en/api/errors */
const anthropic: Record<ErrorClass, number> = { ...openai, overloaded: 529, quota: 402 };

export function statusOf(dialect: DialectName, kind: ErrorClass): number {
  return (dialect === 'anthropic-messages' ? anthropic : openai)[kind];
}

/** Whether the client's SDK may try again by itself: what will be the same next time is not worth it. */
export function worthRetrying(kind: ErrorClass): boolean {
  return kind === 'rate_limit' || kind === 'overloaded' || kind === 'timeout' || kind === 'server';
}
