// Vectors: asked for in OpenAI's words, given back as the client wants them.
import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { wellKnownProvider } from '../../catalog/providers.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { RequestProblem } from '../../proxy/dialects/neutral/request.ts';
import { writeEmbeddingsAnswer } from '../../proxy/dialects/openai-embeddings/answer-writer.ts';
import { openaiEmbeddings } from '../../proxy/dialects/openai-embeddings/openai-embeddings.ts';
import { readEmbeddingsRequest } from '../../proxy/dialects/openai-embeddings/request-reader.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { openaiSchemaJudge } from './openai-schema.ts';

const dialect = openaiEmbeddings.embeddings;
const facts = (name: string) => ({
  model: 'the-model',
  quirks: wellKnownProvider(name)?.quirks ?? { streamUsage: 'ask' as const },
  maxOutputTokens: null,
});
const vectors = fc.array(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 4,
});

describe('a request for vectors', () => {
  it('may be one text, texts, tokens, or lists of tokens', () => {
    const inputs = (input: unknown) => readEmbeddingsRequest({ model: 'm', input }).inputs;
    expect(inputs('a')).toEqual(['a']);
    expect(inputs(['a', 'b'])).toEqual(['a', 'b']);
    expect(inputs([1, 2])).toEqual([[1, 2]]);
    expect(inputs([[1, 2], [3]])).toEqual([[1, 2], [3]]);
  });

  it.each([
    [{}, 'input'],
    [{ input: [] }, 'input'],
    [{ input: ['a', 7] }, 'input[1]'],
    [{ input: 'a', encoding_format: 'int8' }, 'encoding_format'],
    [{ input: 'a', dimensions: 0.5 }, 'dimensions'],
  ])('names what is wrong with %j', (body, field) => {
    expect(() => readEmbeddingsRequest(body)).toThrow(RequestProblem);
    expect(() => readEmbeddingsRequest(body)).toThrow(`"${field}" should be`);
  });

  it('is written in each provider’s words, fields of its own included', () => {
    const request = readEmbeddingsRequest({ model: 'm', input: 'a', dimensions: 8, user: 'u', input_type: 'query' });
    expect(dialect?.writeRequest(request, facts('openai')).body).toEqual({
      ...{ model: 'the-model', input: ['a'], dimensions: 8, encoding_format: 'float', user: 'u', input_type: 'query' },
    });
    const { body, unsupported } = dialect?.writeRequest(request, facts('mistral')) ?? { body: {}, unsupported: [] };
    expect(body).toMatchObject({ output_dimension: 8 });
    expect(unsupported).toMatchObject([{ field: 'user', changesAnswer: false }]);
  });
});

describe('an answer of vectors', () => {
  const judge = openaiSchemaJudge();
  const usage = { ...unknownUsage, inputUncached: 5, total: 5 };

  it('is read back as it was, packed or plain', () => {
    fc.assert(
      fc.property(vectors, fc.constantFrom('float', 'base64'), (made, encoding_format) => {
        const request = readEmbeddingsRequest({ model: 'm', input: 'a', encoding_format });
        const answer = writeEmbeddingsAnswer({ model: 'n', vectors: made, usage }, request, 0.25);
        expect(dialect?.readAnswer(JSON.parse(JSON.stringify(answer)))?.vectors).toEqual(
          made.map((vector) =>
            vector.map((value) => (Object.is(value, -0) && encoding_format === 'float' ? 0 : value)),
          ),
        );
        if (encoding_format === 'float') expect(judge?.('CreateEmbeddingResponse', answer) ?? []).toEqual([]);
        expect(answer.usage).toEqual({ prompt_tokens: 5, total_tokens: 5, cost: 0.25 });
      }),
    );
  });

  it('is unpacked by OpenAI’s own client, which asks for packed ones', async () => {
    let asked: unknown;
    const client = new OpenAI({
      apiKey: 'none',
      fetch: async (_url, init) => {
        asked = JSON.parse(String(init?.body));
        const answer = writeEmbeddingsAnswer(
          { model: '', vectors: [[0.5, -2]], usage },
          readEmbeddingsRequest(asked),
          null,
        );
        return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
      },
    });
    const { data, model } = await client.embeddings.create({ model: 'm', input: 'a' });
    expect(asked).toMatchObject({ encoding_format: 'base64' });
    expect([...(data[0]?.embedding ?? [])]).toEqual([0.5, -2]);
    expect(model).toBe('m');
  });

  it('leaves unknown counts out', () => {
    const request = readEmbeddingsRequest({ model: 'm', input: 'a' });
    expect(writeEmbeddingsAnswer({ model: '', vectors: [[1]], usage: unknownUsage }, request, null)).not.toHaveProperty(
      'usage',
    );
  });

  it('is none where the body holds something else', () => {
    for (const body of [null, {}, { data: [] }, { data: [{ embedding: 7 }] }, { data: [{ embedding: 'abc' }] }]) {
      expect(dialect?.readAnswer(body)).toBeNull();
    }
  });

  const files = (recordedFiles() ?? []).filter((file) => file === 'openai-embed' || file === 'mistral-embed');
  it.skipIf(files.length === 0)('holds vectors of one length in every recording', () => {
    let count = 0;
    for (const { id, response } of files.flatMap(readRecordings)) {
      if (response.status >= 400) continue;
      const read = dialect?.readAnswer(JSON.parse(response.bytes.toString()));
      expect(new Set(read?.vectors.map((vector) => vector.length)).size, id).toBe(1);
      count++;
    }
    expect(count).toBeGreaterThan(5);
  });
});
