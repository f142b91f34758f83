// Finds the error in a body or stream event. Providers wrap it in many ways, so one reader knows all of them.
import { asObject, asText, type JsonObject, objectsIn } from './json-reading.ts';

export interface ReadError {
  type: string;
  message: string;
}

/**
 * The error a body reports, or null when it reports none.
 * Known shapes: `{error:{…}}` (OpenAI, Anthropic, Google), `[{error}]` (Google without alt=sse), `{error:"…"}` (Ollama),
 * `{object:"error",…}` (Mistral, old vLLM), `{type:"error",…}` (OpenAI responses stream), `{detail}` (FastAPI) and,
 * where nothing else looks like an answer, `{message}` (Cohere, Bedrock).
 */
export function readError(json: unknown): ReadError | null {
  if (Array.isArray(json)) return readError(objectsIn(json).find((entry) => 'error' in entry) ?? null);
  const body = asObject(json);
  if (body === null) return null;
  if (typeof body.error === 'string' && body.error !== '') {
    return { type: asText(body.type) || word(body.code), message: body.error };
  }
  const wrapped = asObject(body.error);
  if (wrapped !== null) return { type: typeOf(wrapped), message: messageOf(wrapped) };
  if (body.object === 'error' || body.type === 'error') {
    return { type: body.object === 'error' ? typeOf(body) : word(body.code), message: messageOf(body) };
  }
  return readBareError(body);
}

function readBareError(body: JsonObject): ReadError | null {
  if (['choices', 'output', 'content', 'candidates', 'text', 'response'].some((key) => key in body)) return null;
  if (typeof body.message === 'string') return { type: typeOf(body), message: body.message };
  if (typeof body.detail === 'string') return { type: '', message: body.detail };
  const details = objectsIn(body.detail);
  if (details.length === 0) return null;
  return { type: asText(details[0]?.type), message: details.map((entry) => asText(entry.msg)).join('; ') };
}

function typeOf(error: JsonObject): string {
  return asText(error.type) || word(error.status) || word(error.code);
}

function messageOf(error: JsonObject): string {
  return asText(error.message) || JSON.stringify(error);
}

function word(value: unknown): string {
  return typeof value === 'number' ? String(value) : asText(value);
}
