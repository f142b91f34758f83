// The paths that are answered by the pipeline rather than passed through: which dialect a path speaks and what it does.
// Looked up before express sees the request, because a router of patterns costs more than the whole forwarding.
import type { IncomingHttpHeaders } from 'node:http';
import type { DialectName, Operation } from '../contract/words.ts';

export type Family = 'openai' | 'anthropic' | 'gemini';

export interface ModelRoute {
  family: Family;
  dialect: DialectName;
  operation: Operation;
  /** The path as the provider knows it, version included. */
  tail: string;
  /** Where the path names the model (Gemini); else empty. */
  model: string;
  /** Where the path says that the answer is a stream (Gemini). */
  streams: boolean;
}

type Fixed = Omit<ModelRoute, 'tail' | 'model' | 'streams'>;

const posts: Record<string, Fixed> = {
  '/v1/chat/completions': { family: 'openai', dialect: 'openai-chat', operation: 'chat' },
  '/v1/completions': { family: 'openai', dialect: 'openai-chat', operation: 'text_completion' },
  '/v1/responses': { family: 'openai', dialect: 'openai-responses', operation: 'chat' },
  '/v1/embeddings': { family: 'openai', dialect: 'openai-embeddings', operation: 'embeddings' },
  '/v1/messages': { family: 'anthropic', dialect: 'anthropic-messages', operation: 'chat' },
  '/v1/messages/count_tokens': { family: 'anthropic', dialect: 'anthropic-messages', operation: 'count_tokens' },
};

/** People write base URLs with and without the version; both mean the same. */
const shorthand: Record<string, string> = Object.fromEntries(Object.keys(posts).map((path) => [path.slice(3), path]));

const geminiCall = /^\/v1(?:beta)?\/models\/([^/:]+):([A-Za-z]+)$/;
const geminiOperations: Record<string, Operation> = {
  generateContent: 'generate_content',
  streamGenerateContent: 'generate_content',
  countTokens: 'count_tokens',
  embedContent: 'embeddings',
  batchEmbedContents: 'embeddings',
};

/** `path` is without query string. Null: not a model route. */
export function matchModelRoute(method: string, path: string, headers: IncomingHttpHeaders): ModelRoute | null {
  if (method === 'POST') {
    const whole = posts[path] ? path : shorthand[path];
    if (whole) return { ...(posts[whole] as Fixed), tail: whole, model: '', streams: false };
    return matchGemini(path);
  }
  return method === 'GET' ? matchModelList(path, headers) : null;
}

function matchGemini(path: string): ModelRoute | null {
  const call = geminiCall.exec(path);
  const operation = call && geminiOperations[call[2] as string];
  if (!call || !operation) return null;
  const streams = call[2] === 'streamGenerateContent';
  return { family: 'gemini', dialect: 'gemini', operation, tail: path, model: decode(call[1] as string), streams };
}

/**
 * GET /v1/models is asked by every SDK alike; their own headers tell them apart. Anthropic's sends anthropic-version,
 * Google's x-goog-api-key (or ?key=, which only Gemini's /v1beta has in practice).
 */
function matchModelList(path: string, headers: IncomingHttpHeaders): ModelRoute | null {
  if (path === '/models') return matchModelList('/v1/models', headers);
  const beta = path.startsWith('/v1beta/models');
  if (!beta && !path.startsWith('/v1/models')) return null;
  const rest = path.slice(beta ? 14 : 10);
  if (rest !== '' && !rest.startsWith('/')) return null;
  const family: Family =
    beta || headers['x-goog-api-key'] ? 'gemini' : headers['anthropic-version'] ? 'anthropic' : 'openai';
  const dialects = { openai: 'openai-chat', anthropic: 'anthropic-messages', gemini: 'gemini' } as const;
  const dialect = dialects[family];
  return { family, dialect, operation: 'list_models', tail: path, model: '', streams: false };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
