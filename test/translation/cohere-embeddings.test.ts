// Embeddings by Cohere: asked, and read.
import { describe, expect, it } from 'vitest';
import { cohereEmbeddings as embeddings } from '../../proxy/dialects/cohere/embeddings.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { targetOf } from './asking.ts';
import { problemsOf } from './rules/cohere.ts';

describe('embeddings by Cohere', () => {
  const asked = {
    model: 'm',
    inputs: ['one', 'two'],
    dimensions: 256,
    encoding: 'float' as const,
    user: '',
    extra: {},
  };

  it('are asked as documents unless the client says what for', () => {
    const { body, headers, unsupported } = embeddings.writeRequest(asked, targetOf('m'));
    expect(problemsOf({ path: '/v2/embed', headers, body })).toEqual([]);
    expect([body.input_type, body.output_dimension, unsupported]).toEqual(['search_document', 256, []]);
    const query = embeddings.writeRequest({ ...asked, extra: { input_type: 'search_query' } }, targetOf('m'));
    expect(query.body.input_type).toBe('search_query');
    expect(embeddings.writeRequest({ ...asked, inputs: [[1, 2]] }, targetOf('m')).unsupported).toMatchObject([
      { field: 'inputs', changesAnswer: true },
    ]);
  });

  it.skipIf(recordedFiles() === null)('are read from recorded answers', () => {
    for (const { id, response } of readRecordings('cohere-embed')) {
      const read = embeddings.readAnswer(JSON.parse(response.bytes.toString()));
      if (response.status === 200) expect(read?.vectors.length, id).toBeGreaterThan(0);
      else expect(read).toBeNull();
      if (read) expect(read.usage.inputUncached, id).toBeGreaterThan(0);
    }
  });
});
