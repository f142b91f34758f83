// Reads a request to /embeddings, the one format in which clients ask for vectors.
import type { NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import { objectAt, optionalCount, optionalText, refuse } from '../openai/expected.ts';
import type { JsonObject } from '../reading/json-reading.ts';

const understood: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);

export function readEmbeddingsRequest(json: unknown): NeutralEmbeddingsRequest {
  const body = objectAt(json, 'body');
  return {
    model: optionalText(body, 'model'),
    inputs: readInputs(body.input),
    dimensions: optionalCount(body, 'dimensions'),
    encoding: readEncoding(body),
    user: optionalText(body, 'user'),
    extra: Object.fromEntries(Object.entries(body).filter(([name]) => !understood.has(name))),
  };
}

/** One text, texts, the token ids of one text, or those of several. */
function readInputs(input: unknown): (string | number[])[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) return refuse('input', 'text, or a list of texts or tokens', input);
  if (isTokens(input)) return [input];
  return input.map((entry, index) => {
    if (typeof entry === 'string' || isTokens(entry)) return entry;
    return refuse(`input[${index}]`, 'text or a list of tokens', entry);
  });
}

function isTokens(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((token) => Number.isSafeInteger(token));
}

function readEncoding(body: JsonObject): 'float' | 'base64' {
  const encoding = body.encoding_format ?? 'float';
  return encoding === 'float' || encoding === 'base64'
    ? encoding
    : refuse('encoding_format', 'float or base64', encoding);
}
