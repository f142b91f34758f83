// Embeddings in Ollama's format: /api/embed. https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { AnswerReader } from '../dialect.ts';
import type { EmbeddingsDialect, NeutralEmbeddings, NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { asArray, asObject, asText, type JsonObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { ollamaUsage } from './usage.ts';

export const ollamaEmbeddings: EmbeddingsDialect = { writeRequest, readAnswer };

function writeRequest(request: NeutralEmbeddingsRequest, target: TargetFacts): WrittenRequest {
  const input = request.inputs.filter((text) => typeof text === 'string');
  const unsupported: Unsupported[] = [];
  if (input.length < request.inputs.length) {
    unsupported.push({ field: 'inputs', changesAnswer: true, reason: 'Ollama takes texts, and no lists of token ids' });
  }
  if (request.user !== '') {
    unsupported.push({ field: 'user', changesAnswer: false, reason: 'Ollama has no field for the user' });
  }
  const dimensions = request.dimensions === null ? {} : { dimensions: request.dimensions };
  return { body: { ...request.extra, model: target.model, input, ...dimensions }, headers: {}, unsupported };
}

function readAnswer(json: unknown): NeutralEmbeddings | null {
  const body = asObject(json);
  const vectors = asArray(body?.embeddings);
  if (body === null || vectors.length === 0 || !vectors.every(isVector)) return null;
  return { model: asText(body.model), vectors, usage: ollamaUsage(body) };
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'number');
}

/** For the record: usage alone, vectors are never part of an answer. */
export function embeddingsReader(): AnswerReader {
  let usage: Usage = unknownUsage;
  let responseModel = '';
  let error: ReadError | null = null;
  return {
    event: () => false,
    whole(json) {
      const body: JsonObject = asObject(json) ?? {};
      error ??= readError(json);
      usage = ollamaUsage(body);
      responseModel = asText(body.model);
    },
    reading: () => {
      return {
        answer: null,
        finish: null,
        usage,
        responseModel,
        responseId: '',
        reportedCost: null,
        billed: null,
        error,
      };
    },
  };
}
