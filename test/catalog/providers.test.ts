// The catalogue of providers: every promised name is there, and no row contradicts another.
import { expect, test } from 'vitest';
import { isPublishedProvider } from '../../catalog/prices.ts';
import { wellKnownProvider, wellKnownProviders } from '../../catalog/providers.ts';
import { ProviderDialect } from '../../contract/configuration.ts';

const promised =
  'openai anthropic google vertex cohere bedrock azure deepseek mistral qwen xai groq together fireworks cerebras zai moonshot perplexity openrouter huggingface vllm sglang ollama llamacpp litellm portkey tokenmix mixroute helicone'.split(
    ' ',
  );
const rows = wellKnownProviders();

test.each(promised)('%s is known by name', (name) => {
  expect(wellKnownProvider(name)?.name).toBe(name);
});

test('no name, and no variable of a key or base URL, belongs to two providers', () => {
  for (const list of [
    rows.map(({ name }) => name),
    rows.flatMap(({ keyEnvironment }) => keyEnvironment),
    rows.flatMap(({ baseUrlEnvironment }) => baseUrlEnvironment),
  ])
    expect(new Set(list).size).toBe(list.length);
});

test.each(rows.map((row) => [row.name, row] as const))('%s is a usable row', (name, row) => {
  expect(name).toMatch(/^[a-z][a-z0-9-]{0,40}$/);
  expect(ProviderDialect.options).toContain(row.dialect);
  expect(row.keyEnvironment.length).toBeGreaterThan(0);
  if (row.priceProvider) expect(isPublishedProvider(row.priceProvider)).toBe(true);
  if (row.baseUrl === '') {
    expect(row.baseUrlEnvironment.length).toBeGreaterThan(0);
    return;
  }
  const url = new URL(row.baseUrl.replace('{region}', 'us-east-1'));
  expect(url.href.endsWith('/')).toBe(url.pathname === '/');
  expect(url.protocol === 'https:' || url.hostname === '127.0.0.1').toBe(true);
  // Their own SDKs add the version; those of OpenAI-compatible providers do not.
  if (['anthropic', 'gemini', 'cohere'].includes(row.dialect)) expect(url.pathname).toBe('/');
});

test('an unknown name is no provider', () => {
  expect(wellKnownProvider('constructor')).toBeNull();
});
