// What has no way into another format is given again in its own: Gemini's answers, text completions, vectors.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;
beforeAll(async () => {
  upstream = await startFaultyUpstream();
  let count = 0;
  const gemini = () => ({
    candidates: [{ content: { role: 'model', parts: [{ text: `said ${count}` }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  });
  const completion = () => ({
    ...{ id: `cmpl-${count}`, object: 'text_completion', created: 1, model: 'm' },
    choices: [{ index: 0, text: `said ${count}`, logprobs: null, finish_reason: 'stop' }],
  });
  const vectors = () => ({ object: 'list', model: 'e', data: [{ object: 'embedding', index: 0, embedding: [count] }] });
  upstream.respond((reply, request) => {
    count += 1;
    const { path } = request;
    if (path.includes('streamGenerate')) return answerStream([`data: ${JSON.stringify(gemini())}\n\n`])(reply, request);
    const body = path.includes('generate') ? gemini() : path.includes('embeddings') ? vectors() : completion();
    return answer({ pieces: [JSON.stringify(body)], framing: 'length' })(reply, request);
  });
  house = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'none' },
        google: { baseUrl: upstream.url, apiKey: 'none' },
      },
      cache: { automatic: true },
    },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

async function ask(path: string, body: object): Promise<{ status: string | null; text: string }> {
  const response = await fetch(house.url + path, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
  return { status: response.headers.get('x-sightline-cache'), text: await response.text() };
}

const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
it.each([
  [
    'Gemini, whole',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    { contents, generationConfig: { temperature: 0 } },
  ],
  [
    'Gemini, streamed',
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    { contents, generationConfig: { temperature: 0 } },
  ],
  [
    'another model of Gemini’s',
    '/v1beta/models/gemini-2.5-pro:generateContent',
    { contents, generationConfig: { temperature: 0 } },
  ],
  ['a text completion', '/v1/completions', { model: 'm', prompt: 'Hi', temperature: 0 }],
  ['vectors', '/v1/embeddings', { model: 'text-embedding-3-small', input: 'Hi' }],
])('%s', async (_, path, body) => {
  const [first, second] = [await ask(path, body), await ask(path, body)];
  expect([first.status, second.status]).toEqual(['miss', 'hit']);
  expect(second.text).toBe(first.text);
});
