// Which providers exist, with whose key, at which address.
import { describe, expect, test } from 'vitest';
import { defaultProvider } from '../../configuration/default-provider.ts';
import { load } from './folder.ts';

const provider = (name: string, setting: Parameters<typeof load>[0]) =>
  load(setting).providers.find((one) => one.name === name);

describe('without providers in the file', () => {
  test('every well-known one that has an address exists', () => {
    const names = load().providers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['openai', 'anthropic', 'google', 'mistral', 'ollama', 'openrouter']));
    expect(names).not.toContain('azure');
    expect(names).not.toContain('bedrock');
  });
  test('one with a key in the environment uses it for clients that bring none', () => {
    const openai = provider('openai', { env: { OPENAI_API_KEY: ' sk-1 ' } });
    expect(openai).toMatchObject({ clientKeys: 'prefer', declared: 'environment' });
    expect(openai?.apiKey?.reveal()).toBe('sk-1');
    expect(provider('openai', {})).toMatchObject({ apiKey: null, declared: 'catalogue' });
  });
  test('those that need an address or a region appear once the environment gives it', () => {
    expect(provider('azure', { env: { AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com/' } })?.baseUrl).toBe(
      'https://mine.openai.azure.com',
    );
    expect(provider('bedrock', { env: { AWS_REGION: 'eu-central-1' } })).toMatchObject({
      baseUrl: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
    });
    expect(provider('vertex', { env: { GOOGLE_CLOUD_LOCATION: 'europe-west4' } })?.baseUrl).toBe(
      'https://europe-west4-aiplatform.googleapis.com',
    );
  });
});

describe('with providers in the file', () => {
  test('only those exist', () => {
    const { providers } = load({ file: { providers: { mistral: {} } }, env: { OPENAI_API_KEY: 'sk-1' } });
    expect(providers.map(({ name, declared }) => [name, declared])).toEqual([['mistral', 'file']]);
  });
  test('a key in the file wins over what clients bring, unless told otherwise', () => {
    const file = (more: object) => ({ providers: { mistral: { apiKey: 'env:OURS', ...more } } });
    const env = { OURS: 'key-1' };
    const mistral = provider('mistral', { file: file({}), env });
    expect([mistral?.apiKey?.reveal(), mistral?.clientKeys]).toEqual(['key-1', 'ignore']);
    expect(provider('mistral', { file: file({ clientKeys: 'prefer' }), env })?.clientKeys).toBe('prefer');
  });
  test('a well-known name brings the rest along', () => {
    expect(provider('anthropic', { file: { providers: { anthropic: {} } } })).toMatchObject({
      dialect: 'anthropic',
      baseUrl: 'https://api.anthropic.com',
      keyHeader: 'x-api-key',
      priceProvider: 'anthropic',
      telemetryName: 'anthropic',
    });
  });
  test('a name of one’s own takes after another, or says dialect and address', () => {
    const { providers } = load({
      file: {
        providers: {
          eu: { like: 'mistral', region: 'eu' },
          house: { dialect: 'anthropic', baseUrl: 'http://llm.internal/', headers: { 'X-Team': 'env:TEAM' } },
        },
      },
      env: { MISTRAL_API_KEY: 'm', TEAM: 'blue' },
    });
    expect(providers[0]).toMatchObject({ baseUrl: 'https://api.mistral.ai/v1', region: 'eu' });
    expect(providers[0]?.apiKey?.reveal()).toBe('m');
    expect(providers[1]).toMatchObject({
      baseUrl: 'http://llm.internal',
      keyHeader: 'x-api-key',
      headers: { 'x-team': 'blue' },
      apiKey: null,
      priceProvider: 'house',
    });
  });
  test('an address in the file never gets the well-known key of the environment', () => {
    const env = { OPENAI_API_KEY: 'sk-1' };
    expect(
      provider('openai', { file: { providers: { openai: { baseUrl: 'http://elsewhere/v1' } } }, env })?.apiKey,
    ).toBeNull();
  });
  test('models on one’s own machines have no published price', () => {
    const file = { providers: { mistral: { baseUrl: 'http://gpu:8000/v1', selfHosted: true }, vllm: {} } };
    expect(provider('mistral', { file })?.priceProvider).toBe('mistral-self-hosted');
    expect(provider('vllm', { file })).toMatchObject({ priceProvider: 'vllm', selfHosted: true });
  });
});

describe('a base URL in the environment', () => {
  test('is honoured with and without a file, unless the file gives one', () => {
    const env = { OPENAI_BASE_URL: 'https://gateway.example/v1/' };
    expect(provider('openai', { env })?.baseUrl).toBe('https://gateway.example/v1');
    expect(provider('openai', { env, file: { providers: { openai: {} } } })?.baseUrl).toBe(
      'https://gateway.example/v1',
    );
    const own = { providers: { openai: { baseUrl: 'https://own.example/v1' } } };
    expect(provider('openai', { env, file: own })?.baseUrl).toBe('https://own.example/v1');
  });
  test.each(['http://127.0.0.1:4141/v1', 'http://localhost:4141/v1'])(
    'that points at Sightline itself (%s) is not followed in a circle',
    (url) => {
      const { providers, notices } = load({ env: { OPENAI_BASE_URL: url } });
      expect(providers.find(({ name }) => name === 'openai')?.baseUrl).toBe('https://api.openai.com/v1');
      expect(notices[0]).toMatch(/OPENAI_BASE_URL points at Sightline itself/);
    },
  );
  test('may be written as a server’s listening address', () => {
    expect(provider('ollama', { env: { OLLAMA_HOST: '0.0.0.0:11500' } })?.baseUrl).toBe('http://127.0.0.1:11500');
  });
});

describe('who serves a family of formats', () => {
  const who = (setting: Parameters<typeof load>[0], family: Parameters<typeof defaultProvider>[2]) => {
    const { providers, configuration } = load(setting);
    return defaultProvider(providers, configuration, family)?.name ?? null;
  };
  test('is its namesake', () => {
    expect(who({}, 'openai')).toBe('openai');
    expect(who({}, 'gemini')).toBe('google');
    expect(who({}, 'cohere')).toBe('cohere');
  });
  test('is whom the configuration names', () => {
    expect(who({ file: { defaults: { openai: 'groq' } } }, 'openai')).toBe('groq');
  });
  test('is the first that speaks it, else nobody', () => {
    const file = { providers: { groq: {}, mistral: {} } };
    expect(who({ file }, 'openai')).toBe('groq');
    expect(who({ file }, 'anthropic')).toBeNull();
  });
});
