// Whatever a client sends, the simulated providers answer in their own words and stay up.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import { anthropicModels, googleModels, type ModelProfile, openaiModels } from '../../cli/demo/models.ts';
import { type SimulatedProviders, startSimulatedProviders } from '../../cli/demo/providers.ts';
import { createRandom } from '../../cli/demo/random.ts';
import { piecesOf, writeScript } from '../../cli/demo/script.ts';
import { unknownUsage } from '../../contract/usage.ts';

let providers: SimulatedProviders;
beforeAll(async () => {
  providers = await startSimulatedProviders({ seed: 9, severity: 1, slowness: 0, now: Date.now });
});
afterAll(() => providers.close());

const headers = {
  authorization: 'Bearer k',
  'x-api-key': 'k',
  'x-goog-api-key': 'k',
  'anthropic-version': '2023-06-01',
};

test('any JSON, and anything that is not JSON, gets a well-formed answer', async () => {
  const { openai, anthropic, google } = providers.baseUrls;
  const names = [
    'messages',
    'input',
    'contents',
    'system',
    'systemInstruction',
    'tools',
    'thinking',
    'generationConfig',
    'max_tokens',
    'instructions',
  ];
  const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
  const target = fc.constantFrom(
    { url: `${openai}/chat/completions`, model: 'gpt-5.6-luna' },
    { url: `${openai}/responses`, model: 'gpt-5.6-terra' },
    { url: `${openai}/embeddings`, model: 'text-embedding-3-small' },
    { url: `${anthropic}/v1/messages`, model: 'claude-opus-5' },
    { url: `${anthropic}/v1/messages/count_tokens`, model: 'claude-opus-5' },
    { url: `${google}/v1beta/models/gemini-3.6-flash:generateContent`, model: '' },
  );
  await fc.assert(
    fc.asyncProperty(target, fields, fc.boolean(), async ({ url, model }, json, garbled) => {
      const text = JSON.stringify({ ...json, model });
      const response = await fetch(url, { method: 'POST', headers, body: garbled ? text.slice(0, -2) : text });
      const answer = (await response.json()) as { error?: { message: string } };
      if (response.status >= 400) expect(answer.error?.message).toBeTruthy();
    }),
    { numRuns: 150 },
  );
});

describe('scripts', () => {
  test('pieces joined are the text again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer(), (text, seed) => {
        expect(piecesOf(text, createRandom(seed)).join('')).toBe(text);
      }),
    );
  });

  test('an answer is cut at max tokens and then says so', () => {
    const ask = { instructions: '', lastUser: 'hello', all: 'hello', toolNames: [], answersTool: false, maxTokens: 10 };
    const script = writeScript({ ask, profile: openaiModels[0]!, random: createRandom(1), severity: 0 });
    expect(script.finish).toBe('length');
    expect(script.outputTokens).toBeLessThanOrEqual(12);
    expect(
      writeScript({ ask: { ...ask, maxTokens: null }, profile: openaiModels[0]!, random: createRandom(1), severity: 0 })
        .finish,
    ).toBe('stop');
  });

  test('chance keeps its promises: same seed same draws, log-normal around its median', () => {
    const random = createRandom('x');
    const values = Array.from({ length: 2000 }, () => random.logNormal(400, 0.35)).sort((a, b) => a - b);
    expect(values[1000]).toBeGreaterThan(370);
    expect(values[1000]).toBeLessThan(430);
    expect(createRandom('a').hex(16)).toBe(createRandom('a').hex(16));
    expect(createRandom('a').hex(16)).not.toBe(createRandom('b').hex(16));
  });
});

test('every simulated model has a published price under the name with which it answers', () => {
  const book = createPriceBook({});
  const embedding = { ...unknownUsage, inputUncached: 1000, total: 1000 };
  const chat = { ...embedding, outputText: 10, total: 1010 };
  const groups: [string, readonly ModelProfile[]][] = [
    ['openai', openaiModels],
    ['anthropic', anthropicModels],
    ['google', googleModels],
  ];
  for (const [provider, models] of groups) {
    for (const { answersAs } of models) {
      const price = book.price({
        provider,
        model: answersAs,
        usage: answersAs.includes('embedding') ? embedding : chat,
        usageSource: 'reported',
        at: Date.UTC(2026, 10, 21),
      });
      expect(price.costNanos, answersAs).toBeGreaterThan(0);
    }
  }
});
