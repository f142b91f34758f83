// Embeddings on Vertex AI, which knows :predict where AI Studio knows batchEmbedContents.
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { EmbeddingsDialect } from '../neutral/embeddings.ts';
import type { Unsupported } from '../neutral/target.ts';
import { asCount, asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { addKnown, usageOf } from '../reading/usage-buckets.ts';
import { embeddingSettings, textsOf, vectorsIn } from './embeddings.ts';

export const vertexEmbeddings: EmbeddingsDialect = {
  writeRequest(request) {
    const unsupported: Unsupported[] = [];
    const { outputDimensionality, taskType, title } = embeddingSettings(request, unsupported);
    const instances = textsOf(request, unsupported).map((content) => ({
      content,
      ...(taskType === undefined ? {} : { task_type: taskType }),
      ...(title === undefined ? {} : { title }),
    }));
    const parameters = outputDimensionality === undefined ? {} : { parameters: { outputDimensionality } };
    return { body: { instances, ...parameters }, headers: {}, unsupported };
  },
  readAnswer(json) {
    const body = asObject(json);
    const embeddings = objectsIn(body?.predictions).map((prediction) => asObject(prediction.embeddings) ?? {});
    const vectors = vectorsIn(embeddings);
    return vectors === null ? null : { model: asText(body?.model), vectors, usage: usageIn(embeddings) };
  },
};

/** Each vector counts its own tokens; nobody adds them up. */
function usageIn(embeddings: JsonObject[]): Usage {
  const counts = embeddings.map(({ statistics }) => asCount(asObject(statistics)?.token_count));
  const inputUncached = addKnown(...counts);
  if (inputUncached === null) return unknownUsage;
  return usageOf(
    { inputUncached },
    null,
    embeddings.map(({ statistics }) => statistics),
  );
}
