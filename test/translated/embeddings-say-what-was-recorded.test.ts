// Recorded vectors of Cohere, Google and Mistral reach a client of OpenAI's embeddings through the official SDK, asked for as
// numbers and as base64, with what they used.
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunkings, type Recording, readRecordings, recordedFiles } from '../observe/recordings.ts';
import { deliveredRecords } from '../recorded/replay-house.ts';
import type { ReplayUpstream } from '../recorded/replay-upstream.ts';
import { endToEnd } from '../recorded/ways.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { idIn, openAiClient } from './chat-client.ts';
import { startRecordedUpstream } from './replayed-answers.ts';
import { openTranslationHouse } from './translation-house.ts';

const sources = [
  { provider: 'cohere', file: 'cohere-embed', path: /^\/v2\/embed$/ },
  { provider: 'google', file: 'gemini-embed', path: /^\/v1beta\/models\/gemini-embedding-2:batchEmbedContents$/ },
  { provider: 'mistral', file: 'mistral-embed', path: /^\/v1\/embeddings$/ },
];
let upstream: ReplayUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  house = await openTranslationHouse(upstream.url);
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

interface Vectors {
  vectors: number[][];
  tokens: number | null;
}

/** Read plainly: three providers, three places. */
function vectorsIn({ response }: Recording): Vectors {
  const body = JSON.parse(response.bytes.toString());
  if (body.data) {
    const vectors = body.data.map(({ embedding }: { embedding: number[] }) => embedding);
    return { vectors, tokens: body.usage.prompt_tokens };
  }
  if (body.embeddings.float) return { vectors: body.embeddings.float, tokens: body.meta.billed_units.input_tokens };
  const vectors = body.embeddings.map(({ values }: { values: number[] }) => values);
  return { vectors, tokens: body.usageMetadata?.promptTokenCount ?? null };
}

const modelOf = ({ request }: Recording): string =>
  /models\/([^:]+):/.exec(request.path)?.[1] ?? JSON.parse(request.body?.text ?? '{}').model;

/** An app gives the texts; the first one tells the upstream which recording is asked for. */
function texts(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? `<<${name}>>` : `text ${index}`));
}

function prepare(name: string, { response }: Recording, chunking: string): void {
  const pieces = chunkings[chunking]?.(response.bytes) ?? [];
  upstream.prepare(name, { status: response.status, headers: endToEnd(response.headers), pieces, framing: 'chunked' });
}

const float32 = (vector: number[]): number[] => vector.map(Math.fround);

describe.skipIf(recordedFiles() === null)('a client of OpenAI’s embeddings', () => {
  test.each(sources)('gets the vectors of $provider, as numbers and as base64', async ({ provider, file, path }) => {
    const client = openAiClient(house.url);
    const costs = new Map<string, number | null | undefined>();
    const recordings = readRecordings(file).filter(({ response }) => response.status === 200);
    for (const [index, recording] of recordings.entries()) {
      const expected = vectorsIn(recording);
      for (const [cut, chunking] of Object.keys(chunkings).entries()) {
        const name = `${file}-${index}-${cut}`;
        prepare(name, recording, chunking);
        // Left out, the SDK asks for base64 and unpacks it; Mistral's own answer passes as it is, and is no base64.
        const encoding = cut % 2 === 0 || provider === 'mistral' ? 'float' : undefined;
        const { data, response } = await client.embeddings
          .create({
            model: `${provider}/${modelOf(recording)}`,
            input: texts(name, expected.vectors.length),
            ...(encoding && { encoding_format: encoding }),
          })
          .withResponse();
        const exact = encoding === 'float' ? (vector: number[]) => vector : float32;
        expect(data.data.map(({ embedding }) => embedding)).toEqual(expected.vectors.map(exact));
        expect(data.data.map((each) => each.index)).toEqual(expected.vectors.map((_, at) => at));
        expect(data.usage.prompt_tokens, name).toBe(expected.tokens);
        expect(upstream.seen(name)?.path).toMatch(path);
        costs.set(idIn(response), (data.usage as { cost?: number | null }).cost);
      }
    }
    const records = await deliveredRecords(house, costs.keys());
    for (const [id, cost] of costs) {
      const { pricing, outcome, operation } = records.get(id) ?? {};
      expect({ outcome, operation }).toEqual({ outcome: 'success', operation: 'embeddings' });
      if (provider !== 'mistral') expect(cost).toBe(pricing?.costNanos == null ? null : pricing.costNanos / 1e9);
    }
  });

  test('is told in the SDK’s own words that Cohere knows no such model', async () => {
    const refusal = readRecordings('cohere-embed').find(({ response }) => response.status === 404);
    prepare('refused', refusal as Recording, 'whole');
    const asked = openAiClient(house.url).embeddings.create({ model: 'cohere/nonexistent', input: '<<refused>>' });
    const error = await asked.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect(String(error)).toContain("model 'nonexistent' not found");
  });
});
