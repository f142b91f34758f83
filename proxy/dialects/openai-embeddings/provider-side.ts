// Asking an OpenAI-compatible provider for vectors, and reading them.
import type { EmbeddingsDialect, NeutralEmbeddings, NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { openaiUsage } from '../openai/usage.ts';
import { asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { readVector } from './vectors.ts';

export const openaiEmbeddingsProvider: EmbeddingsDialect = { writeRequest, readAnswer };

function writeRequest(request: NeutralEmbeddingsRequest, target: TargetFacts): WrittenRequest {
  const { quirks } = target;
  const body: JsonObject = { model: target.model, input: request.inputs };
  const unsupported: Unsupported[] = [];
  const put = (name: string, value: unknown, changesAnswer: boolean): void => {
    if (value === null || value === '') return;
    if (!quirks.refuses?.includes(name)) body[quirks.renames?.[name] ?? name] = value;
    else unsupported.push({ field: name, changesAnswer, reason: `the provider does not take "${name}"` });
  };
  put('dimensions', request.dimensions, true);
  // Plain numbers are understood by every server; what the client gets is packed here.
  put('encoding_format', 'float', false);
  put('user', request.user, false);
  for (const [name, value] of Object.entries(request.extra)) if (!(name in body)) body[name] = value;
  return { body, headers: {}, unsupported };
}

function readAnswer(json: unknown): NeutralEmbeddings | null {
  const body = asObject(json);
  const entries = objectsIn(body?.data);
  if (body === null || entries.length === 0) return null;
  const ordered = entries.every((entry) => typeof entry.index === 'number')
    ? entries.toSorted((a, b) => Number(a.index) - Number(b.index))
    : entries;
  const vectors = ordered.map((entry) => readVector(entry.embedding));
  if (!vectors.every((vector) => vector !== null)) return null;
  return { model: asText(body.model), vectors, usage: openaiUsage(body.usage) };
}
