// Embeddings in the form between the formats: texts in, vectors out.
import type { Usage } from '../../../contract/usage.ts';
import type { TargetFacts, WrittenRequest } from './target.ts';

export interface NeutralEmbeddingsRequest {
  model: string;
  /** Texts, or lists of token ids, which only OpenAI's format can carry. */
  inputs: (string | number[])[];
  dimensions: number | null;
  /** How the client wants each vector: a list of numbers, or little-endian float32 in base64. */
  encoding: 'float' | 'base64';
  user: string;
  /** Top-level fields that OpenAI's format does not know, such as Cohere's input_type. */
  extra: Record<string, unknown>;
}

export interface NeutralEmbeddings {
  model: string;
  vectors: number[][];
  usage: Usage;
}

export interface EmbeddingsDialect {
  writeRequest(request: NeutralEmbeddingsRequest, target: TargetFacts): WrittenRequest;
  /** Null when the body holds no vectors. */
  readAnswer(json: unknown): NeutralEmbeddings | null;
}
