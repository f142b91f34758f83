// Embeddings through batchEmbedContents, one request per text. https://ai.google.dev/api/embeddings
import type { EmbeddingsDialect, NeutralEmbeddingsRequest } from '../neutral/embeddings.ts';
import type { TargetFacts, Unsupported, WrittenRequest } from '../neutral/target.ts';
import { asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { geminiUsage } from './usage.ts';

/** Fields of one request that a client of another dialect may send along; Vertex spells them in snake case. */
const own: Record<string, string> = { taskType: 'taskType', task_type: 'taskType', title: 'title' };

export const geminiEmbeddings: EmbeddingsDialect = {
  writeRequest(request: NeutralEmbeddingsRequest, target: TargetFacts): WrittenRequest {
    const unsupported: Unsupported[] = [];
    const settings = embeddingSettings(request, unsupported);
    const model = target.model.includes('/') ? target.model : `models/${target.model}`;
    const requests = textsOf(request, unsupported).map((text) => ({
      model,
      content: { parts: [{ text }] },
      ...settings,
    }));
    return { body: { requests }, headers: {}, unsupported };
  },
  readAnswer(json) {
    const body = asObject(json);
    if (body === null) return null;
    const vectors = vectorsOf(body);
    if (vectors === null) return null;
    return { model: asText(body.modelVersion), vectors, usage: geminiUsage(body.usageMetadata) };
  },
};

/** What holds for every text alike. */
export function embeddingSettings(request: NeutralEmbeddingsRequest, unsupported: Unsupported[]): JsonObject {
  const settings: JsonObject = request.dimensions === null ? {} : { outputDimensionality: request.dimensions };
  for (const [name, value] of Object.entries(request.extra)) {
    if (Object.hasOwn(own, name)) settings[own[name] as string] = value;
    else unsupported.push({ field: name, changesAnswer: false, reason: 'Gemini does not know it' });
  }
  if (request.user !== '') unsupported.push({ field: 'user', changesAnswer: false, reason: 'Gemini takes no user id' });
  return settings;
}

/** Token ids mean nothing to a model with another vocabulary. */
export function textsOf({ inputs }: NeutralEmbeddingsRequest, unsupported: Unsupported[]): string[] {
  const texts = inputs.filter((input) => typeof input === 'string');
  if (texts.length < inputs.length)
    unsupported.push({ field: 'inputs', changesAnswer: true, reason: 'Gemini embeds text, not token ids' });
  return texts;
}

/** `embeddings` of a batch, `embedding` of a single text. Null when there are none, or one is no list of numbers. */
function vectorsOf(body: JsonObject): number[][] | null {
  const single = asObject(body.embedding);
  return vectorsIn(single === null ? objectsIn(body.embeddings) : [single]);
}

export function vectorsIn(embeddings: JsonObject[]): number[][] | null {
  const vectors: number[][] = [];
  for (const { values } of embeddings) {
    if (!Array.isArray(values) || !values.every((value) => typeof value === 'number')) return null;
    vectors.push(values);
  }
  return vectors.length === 0 ? null : vectors;
}
