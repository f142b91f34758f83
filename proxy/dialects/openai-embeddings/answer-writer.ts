// Writes vectors as OpenAI's /embeddings does.
import type { NeutralEmbeddings, NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import { inputOf } from '../openai/usage-writer.ts';
import { packedVector } from './vectors.ts';

/** `cost`: dollars; null when nobody knows. */
export function writeEmbeddingsAnswer(
  embeddings: NeutralEmbeddings,
  request: NeutralEmbeddingsRequest,
  cost: number | null,
): Record<string, unknown> {
  const packs = request.encoding === 'base64';
  const input = inputOf(embeddings.usage);
  return {
    object: 'list',
    data: embeddings.vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: packs ? packedVector(vector) : vector,
    })),
    model: embeddings.model || request.model,
    // The SDKs' types promise usage, but nothing in them reads it; unknown counts are left out rather than made up.
    ...(input === null ? {} : { usage: { prompt_tokens: input, total_tokens: embeddings.usage.total ?? input, cost } }),
  };
}
