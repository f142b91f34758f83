// Embeddings in Cohere's format: /v2/embed asked, answers of /v1/embed and /v2/embed read.
// https://docs.cohere.com/v2/reference/embed
import { unknownUsage } from '../../../contract/usage.ts';
import type { AnswerReader } from '../dialect.ts';
import type { EmbeddingsDialect, NeutralEmbeddings, NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { asArray, asObject, asText } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { cohereUsage } from './usage.ts';

export const cohereEmbeddings: EmbeddingsDialect = { writeRequest, readAnswer };

function writeRequest(request: NeutralEmbeddingsRequest, target: TargetFacts): WrittenRequest {
  const texts = request.inputs.filter((input) => typeof input === 'string');
  const unsupported: Unsupported[] = [];
  if (texts.length < request.inputs.length) {
    unsupported.push({ field: 'inputs', changesAnswer: true, reason: 'Cohere takes texts, and no lists of token ids' });
  }
  if (request.user !== '') {
    unsupported.push({ field: 'user', changesAnswer: false, reason: 'Cohere has no field for the user' });
  }
  const body = {
    model: target.model,
    texts,
    embedding_types: ['float'],
    ...(request.dimensions === null ? {} : { output_dimension: request.dimensions }),
  };
  // What the texts are for must be said, and OpenAI's format has no word for it: unless told, they are there to be found.
  return { body: { input_type: 'search_document', ...request.extra, ...body }, headers: {}, unsupported };
}

function readAnswer(json: unknown): NeutralEmbeddings | null {
  const body = asObject(json);
  const vectors = asArray(asObject(body?.embeddings)?.float ?? body?.embeddings);
  if (body === null || vectors.length === 0 || !vectors.every(isVector)) return null;
  return { model: '', vectors, usage: cohereUsage(body.meta) };
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'number');
}

/** For the record: usage alone, vectors are never part of an answer. */
export function embeddingsReader(): AnswerReader {
  let usage = unknownUsage;
  let responseId = '';
  let error: ReadError | null = null;
  return {
    event: () => false,
    whole(json) {
      const body = asObject(json);
      if (body === null || typeof body.message === 'string' || 'error' in body) {
        error ??= readError(json);
        return;
      }
      usage = cohereUsage(body.meta);
      responseId = asText(body.id);
    },
    reading: () => {
      return {
        answer: null,
        finish: null,
        usage,
        responseModel: '',
        responseId,
        reportedCost: null,
        billed: null,
        error,
      };
    },
  };
}
