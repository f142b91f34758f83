// Embeddings by Google: AI Studio's batches and Vertex AI's predictions.
import { describe, expect, it } from 'vitest';
import { geminiEmbeddings } from '../../proxy/dialects/gemini/embeddings.ts';
import { vertexEmbeddings } from '../../proxy/dialects/gemini/vertex-embeddings.ts';
import type { NeutralEmbeddingsRequest } from '../../proxy/dialects/neutral/embeddings.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const asked: NeutralEmbeddingsRequest = {
  model: 'm',
  inputs: ['one', 'two'],
  dimensions: 256,
  encoding: 'base64',
  user: '',
  extra: { task_type: 'RETRIEVAL_QUERY' },
};
const target = { model: 'gemini-embedding-2', quirks: { streamUsage: 'always' } as const, maxOutputTokens: null };

describe('embeddings', () => {
  it('of AI Studio are a batch with one request for each text', () => {
    const settings = { model: 'models/gemini-embedding-2', outputDimensionality: 256, taskType: 'RETRIEVAL_QUERY' };
    const { body, unsupported } = geminiEmbeddings.writeRequest(asked, target);
    expect(body).toEqual({
      requests: [
        { ...settings, content: { parts: [{ text: 'one' }] } },
        { ...settings, content: { parts: [{ text: 'two' }] } },
      ],
    });
    expect(unsupported).toEqual([]);
  });

  it('of Vertex AI are a prediction, whose tokens are added up', () => {
    expect(vertexEmbeddings.writeRequest(asked, target).body).toEqual({
      instances: [
        { content: 'one', task_type: 'RETRIEVAL_QUERY' },
        { content: 'two', task_type: 'RETRIEVAL_QUERY' },
      ],
      parameters: { outputDimensionality: 256 },
    });
    const prediction = (values: number[], token_count: number) => ({
      embeddings: { values, statistics: { token_count } },
    });
    expect(vertexEmbeddings.readAnswer({ predictions: [prediction([1, 2], 3), prediction([4], 5)] })).toMatchObject({
      vectors: [[1, 2], [4]],
      usage: { inputUncached: 8 },
    });
  });

  it('know no token ids, and say so', () => {
    for (const dialect of [geminiEmbeddings, vertexEmbeddings]) {
      const { unsupported } = dialect.writeRequest({ ...asked, inputs: [[1, 2]], user: 'u', extra: { x: 1 } }, target);
      expect(Object.fromEntries(unsupported.map((one) => [one.field, one.changesAnswer]))).toEqual({
        x: false,
        user: false,
        inputs: true,
      });
    }
  });

  it('come for a single text too, and are nothing where the body holds none', () => {
    expect(geminiEmbeddings.readAnswer({ embedding: { values: [0.5] } })?.vectors).toEqual([[0.5]]);
    for (const body of [null, [], {}, { embeddings: [] }, { embeddings: [{ values: ['x'] }] }, { embeddings: [{}] }])
      expect([geminiEmbeddings.readAnswer(body), vertexEmbeddings.readAnswer(body)]).toEqual([null, null]);
  });

  it.skipIf(!recordedFiles()?.includes('gemini-embed'))('are asked and answered as recorded', () => {
    for (const { request, response } of readRecordings('gemini-embed')) {
      const body = JSON.parse(request.body?.text ?? '');
      const inputs = body.requests.map((one: { content: { parts: [{ text: string }] } }) => one.content.parts[0].text);
      const bare = { ...asked, inputs, dimensions: null, extra: {} };
      expect(geminiEmbeddings.writeRequest(bare, target).body).toEqual(body);
      const answer = JSON.parse(response.bytes.toString());
      const read = geminiEmbeddings.readAnswer(answer);
      expect(read?.vectors[0]).toHaveLength(answer.embeddings[0].values.length);
      expect(read?.usage.inputUncached).toBe(answer.usageMetadata.promptTokenCount);
    }
  });
});
