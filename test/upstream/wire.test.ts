// In which format each family of providers is asked, by clients of each format.
import { describe, expect, it } from 'vitest';
import type { ProviderQuirks } from '../../catalog/provider.ts';
import { wellKnownProviders } from '../../catalog/providers.ts';
import { speakableFormats } from '../../catalog/wire-formats.ts';
import { ProviderDialect } from '../../contract/configuration.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { endpointOf } from '../../proxy/upstream/endpoint.ts';
import { wireOf } from '../../proxy/upstream/wire.ts';

const plain: ProviderQuirks = { streamUsage: 'ask' };
interface Asked {
  quirks?: Partial<ProviderQuirks>;
  speaks?: DialectName | null;
  operation?: Operation;
  model?: string;
}
const wire = (family: ProviderDialect, dialect: DialectName, asked: Asked = {}): DialectName | null => {
  const { quirks = {}, speaks = null, operation = 'chat', model = 'm' } = asked;
  return wireOf({ provider: { dialect: family, quirks: { ...plain, ...quirks }, speaks }, dialect, operation, model });
};
const chat: DialectName = 'openai-chat';
const responses: DialectName = 'openai-responses';
const messages: DialectName = 'anthropic-messages';

describe('a conversation', () => {
  it.each<[ProviderDialect, DialectName, DialectName]>([
    ['openai', chat, chat],
    ['openai', responses, responses],
    ['openai', messages, chat],
    ['azure', chat, chat],
    ['azure', responses, responses],
    ['azure', messages, chat],
    ['anthropic', chat, messages],
    ['anthropic', responses, messages],
    ['anthropic', messages, messages],
    ['gemini', chat, 'gemini'],
    ['vertex', messages, 'gemini'],
    ['cohere', responses, 'cohere'],
    ['bedrock', chat, 'bedrock-converse'],
    ['bedrock', messages, 'bedrock-converse'],
    ['ollama', chat, chat],
    ['ollama', responses, 'ollama-chat'],
    ['ollama', messages, 'ollama-chat'],
  ])('with a provider of %s from a client of %s is held in %s', (family, dialect, expected) => {
    expect(wire(family, dialect)).toBe(expected);
  });

  it('stays in the client’s format where the provider serves that beside its own', () => {
    expect(wire('openai', messages, { quirks: { alsoServes: { anthropic: '/anthropic' } } })).toBe(messages);
    expect(wire('openai', responses, { quirks: { lacksResponses: true } })).toBe(chat);
    expect(wire('openai', chat, { quirks: { lacksResponses: true } })).toBe(chat);
  });

  it.each([
    ['anthropic.claude-opus-4-5-v1:0', messages],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', messages],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku', messages],
    ['amazon.nova-pro-v1:0', 'bedrock-converse'],
    ['not-anthropic.x', 'bedrock-converse'],
  ])('of a client of Anthropic’s with %s on Bedrock is held in %s', (model, expected) => {
    expect(wire('bedrock', messages, { model })).toBe(expected);
    expect(wire('bedrock', chat, { model })).toBe('bedrock-converse');
  });

  it.each([chat, responses, messages])(
    'of a client of %s with Vertex AI is held in the words of the model’s maker',
    (client) => {
      expect(wire('vertex', client, { model: 'claude-sonnet-4-5@20250929' })).toBe(messages);
      expect(wire('vertex', client, { model: 'publishers/anthropic/models/claude-opus-5' })).toBe(messages);
      expect(wire('vertex', client, { model: 'gemini-2.5-flash' })).toBe('gemini');
    },
  );

  it('is held as the operator says', () => {
    expect(wire('openai', chat, { speaks: responses })).toBe(responses);
    expect(wire('bedrock', messages, { speaks: 'bedrock-converse', model: 'anthropic.claude' })).toBe(
      'bedrock-converse',
    );
  });
});

describe('what is no conversation', () => {
  it.each<[ProviderDialect, DialectName | null]>([
    ['openai', 'openai-embeddings'],
    ['azure', 'openai-embeddings'],
    ['anthropic', null],
    ['gemini', 'gemini'],
    ['vertex', 'gemini'],
    ['cohere', 'cohere'],
    ['bedrock', null],
    ['ollama', 'openai-embeddings'],
  ])('vectors come from %s in %s', (family, expected) => {
    expect(wire(family, 'openai-embeddings', { operation: 'embeddings', speaks: responses })).toBe(expected);
  });

  it('goes only to who speaks the same', () => {
    expect(wire('gemini', 'gemini', { operation: 'embeddings' })).toBe('gemini');
    expect(wire('openai', 'gemini', { operation: 'embeddings' })).toBeNull();
    expect(wire('anthropic', messages, { operation: 'count_tokens' })).toBe(messages);
    expect(wire('openai', messages, { operation: 'count_tokens' })).toBeNull();
    expect(wire('openai', chat, { operation: 'text_completion' })).toBe(chat);
    expect(wire('anthropic', chat, { operation: 'text_completion' })).toBeNull();
    expect(wire('gemini', 'gemini', { operation: 'generate_content' })).toBe('gemini');
    expect(wire('openai', 'gemini', { operation: 'generate_content' })).toBeNull();
  });
});

describe('whatever wire is chosen', () => {
  const clients: DialectName[] = [chat, responses, messages];
  const addressed = wellKnownProviders().map((row) => ({ ...row, baseUrl: row.baseUrl || 'https://mine.example' }));

  it('has an address, and somebody here who writes and reads it', () => {
    for (const { dialect: family, quirks, baseUrl, name } of addressed) {
      const provider = { dialect: family, quirks, baseUrl: baseUrl.replace('{region}', 'r'), project: '', region: 'r' };
      for (const client of clients) {
        for (const speaks of [null, ...speakableFormats(family, quirks)]) {
          const chosen = wireOf({ provider: { ...provider, speaks }, dialect: client, operation: 'chat', model: 'm' });
          expect(chosen, name).not.toBeNull();
          const dialect = chosen as DialectName;
          if (speaks) expect(dialect).toBe(speaks);
          expect(dialects[dialect].provider, `${name} in ${dialect}`).toBeDefined();
          const asked = { provider, dialect, operation: 'chat', model: 'm', stream: true } as const;
          expect(endpointOf(asked).path, `${name} in ${dialect}`).toMatch(/^\//);
        }
      }
    }
  });

  it('begins with the format that the family speaks best', () => {
    for (const family of ProviderDialect.options) {
      expect(speakableFormats(family, plain)[0], family).toBe(wire(family, 'other'));
    }
  });
});
