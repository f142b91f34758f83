// Where a translated request goes, for every family of providers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellKnownProvider } from '../../catalog/providers.ts';
import { joinPath, parseAddress } from '../../proxy/upstream/address.ts';
import { type EndpointQuestion, endpointOf } from '../../proxy/upstream/endpoint.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

type Provider = EndpointQuestion['provider'];

function provider(name: string, own: Partial<Provider> = {}): Provider {
  const row = wellKnownProvider(name);
  if (!row) throw new Error(`The catalogue knows no ${name}.`);
  return { dialect: row.dialect, baseUrl: row.baseUrl, quirks: row.quirks, project: '', region: '', ...own };
}

function url(asked: Provider, question: Partial<EndpointQuestion>): string {
  const { origin, prefix } = parseAddress(asked.baseUrl);
  const whole = {
    provider: asked,
    dialect: 'openai-chat',
    operation: 'chat',
    model: 'm',
    stream: false,
    ...question,
  } as const;
  const endpoint = endpointOf(whole);
  return origin + (endpoint.fromOrigin ? endpoint.path : joinPath(prefix, endpoint.path)) + endpoint.search;
}

const azure = (path: string) => provider('azure', { baseUrl: `https://mine.openai.azure.com${path}` });

describe('an endpoint', () => {
  it.each<[string, Provider, Partial<EndpointQuestion>, string]>([
    ['OpenAI chat', provider('openai'), {}, 'https://api.openai.com/v1/chat/completions'],
    [
      'older completions',
      provider('openai'),
      { operation: 'text_completion' },
      'https://api.openai.com/v1/completions',
    ],
    ['OpenAI responses', provider('openai'), { dialect: 'openai-responses' }, 'https://api.openai.com/v1/responses'],
    ['a base URL without a version', provider('perplexity'), {}, 'https://api.perplexity.ai/chat/completions'],
    [
      'OpenAI embeddings',
      provider('openai'),
      { dialect: 'openai-embeddings', operation: 'embeddings' },
      'https://api.openai.com/v1/embeddings',
    ],
    [
      'an Azure deployment',
      azure(''),
      { model: 'my gpt' },
      'https://mine.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21',
    ],
    [
      'an Azure deployment below /openai',
      azure('/openai'),
      { dialect: 'openai-embeddings', operation: 'embeddings' },
      'https://mine.openai.azure.com/openai/deployments/m/embeddings?api-version=2024-10-21',
    ],
    ['Azure’s newer API', azure('/openai/v1'), {}, 'https://mine.openai.azure.com/openai/v1/chat/completions'],
    ...['', '/openai', '/openai/v1'].map((base): [string, Provider, Partial<EndpointQuestion>, string] => [
      `Azure responses from "${base}"`,
      azure(base),
      { dialect: 'openai-responses' },
      'https://mine.openai.azure.com/openai/v1/responses',
    ]),
    ['Anthropic', provider('anthropic'), { dialect: 'anthropic-messages' }, 'https://api.anthropic.com/v1/messages'],
    [
      'Anthropic where the operator wrote the version',
      provider('anthropic', { baseUrl: 'https://gateway.example/anthropic/v1' }),
      { dialect: 'anthropic-messages' },
      'https://gateway.example/anthropic/v1/messages',
    ],
    [
      'Gemini',
      provider('google'),
      { dialect: 'gemini', model: 'models/gemini-3-flash' },
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash:generateContent',
    ],
    [
      'a stream of Gemini from a base URL with a version',
      provider('google', { baseUrl: 'https://gemini.example/v1' }),
      { dialect: 'gemini', stream: true },
      'https://gemini.example/v1/models/m:streamGenerateContent?alt=sse',
    ],
    [
      'Gemini embeddings',
      provider('google'),
      { dialect: 'gemini', operation: 'embeddings' },
      'https://generativelanguage.googleapis.com/v1beta/models/m:batchEmbedContents',
    ],
    [
      'Vertex in a region',
      provider('vertex', { project: 'p-1', region: 'europe-west4' }),
      { dialect: 'gemini', stream: true },
      'https://aiplatform.googleapis.com/v1beta1/projects/p-1/locations/europe-west4/publishers/google/models/m:streamGenerateContent?alt=sse',
    ],
    [
      'Vertex embeddings',
      provider('vertex', { project: 'p-1' }),
      { dialect: 'gemini', operation: 'embeddings' },
      'https://aiplatform.googleapis.com/v1beta1/projects/p-1/locations/global/publishers/google/models/m:predict',
    ],
    [
      'Vertex without a project',
      provider('vertex'),
      { dialect: 'gemini' },
      'https://aiplatform.googleapis.com/v1beta1/publishers/google/models/m:generateContent',
    ],
    ['Cohere', provider('cohere'), { dialect: 'cohere' }, 'https://api.cohere.com/v2/chat'],
    [
      'Cohere embeddings',
      provider('cohere'),
      { dialect: 'cohere', operation: 'embeddings' },
      'https://api.cohere.com/v2/embed',
    ],
    [
      'Anthropic’s body at Bedrock',
      provider('bedrock', { baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com' }),
      { dialect: 'anthropic-messages', model: 'anthropic.claude-v2:1', stream: true },
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v2%3A1/invoke-with-response-stream',
    ],
    ['Ollama', provider('ollama'), { dialect: 'ollama-chat' }, 'http://127.0.0.1:11434/api/chat'],
    ['Ollama as OpenAI', provider('ollama'), {}, 'http://127.0.0.1:11434/v1/chat/completions'],
    [
      'Ollama behind a base URL that ends in /v1',
      provider('ollama', { baseUrl: 'http://gpu.example/ollama/v1' }),
      { dialect: 'ollama-chat', operation: 'embeddings' },
      'http://gpu.example/ollama/api/embed',
    ],
    [
      'the messages of somebody else than Anthropic',
      provider('deepseek'),
      { dialect: 'anthropic-messages' },
      'https://api.deepseek.com/anthropic/v1/messages',
    ],
    ['OpenAI’s format at Cohere', provider('cohere'), {}, 'https://api.cohere.com/compatibility/v1/chat/completions'],
  ])('of %s is where its own SDK would ask', (_, asked, question, expected) => {
    expect(url(asked, question)).toBe(expected);
  });

  it('does not exist where a provider does not serve a format', () => {
    expect(() => url(provider('openai'), { dialect: 'gemini' })).toThrow('cannot be asked in gemini');
  });

  it('stays within its path whatever the model is called', () => {
    const named = [
      { asked: provider('google'), dialect: 'gemini' as const, depth: 4 },
      { asked: provider('vertex', { project: 'p' }), dialect: 'gemini' as const, depth: 10 },
      { asked: azure(''), dialect: 'openai-chat' as const, depth: 6 },
      { asked: provider('bedrock', { baseUrl: 'https://b.example' }), dialect: 'bedrock-converse' as const, depth: 4 },
    ];
    const names = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        'a/../b',
        '../../x',
        '%2e%2e',
        'a?key=b',
        'a#b',
        '\ud800',
        'a\r\nb',
        'openai/gpt-5:free',
        '',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(names, fc.constantFrom(...named), fc.boolean(), (model, { asked, dialect, depth }, stream) => {
        const made = new URL(url(asked, { dialect, model, stream }));
        expect(made.origin).toBe(new URL(asked.baseUrl).origin);
        expect(made.pathname.split('/')).toHaveLength(depth);
        expect([...made.searchParams.keys()].filter((key) => key !== 'alt' && key !== 'api-version')).toEqual([]);
        expect(made.hash).toBe('');
      }),
    );
  });
});

const recorded = new Set(recordedFiles() ?? []);
const files = [
  'gemini-gemini',
  'gemini-embed',
  'vertex-gemini',
  'bedrock-converse',
  'cohere-cohere',
  'azure-chat',
].filter((file) => recorded.has(file));

/** What the path alone tells: who was asked, which model, and whether as a stream. */
function questionOf(file: string, path: string): [Provider, Partial<EndpointQuestion>] | null {
  const google =
    /^\/(v1beta1?)\/(?:projects\/([^/]+)\/locations\/([^/]+)\/publishers\/google\/)?models\/([^:]+):(\w+)/.exec(path);
  if (google) {
    const [, , project = '', region = '', model = '', method = ''] = google;
    const operation = method === 'batchEmbedContents' ? 'embeddings' : 'generate_content';
    const asked = provider(project === '' ? 'google' : 'vertex', { project, region });
    return [asked, { dialect: 'gemini', model, operation, stream: method.startsWith('stream') }];
  }
  const bedrock = /^\/model\/([^/]+)\/converse(-stream)?$/.exec(path);
  if (bedrock) {
    const question = { dialect: 'bedrock-converse', model: decodeURIComponent(bedrock[1] ?? '') } as const;
    return [provider('bedrock', { baseUrl: 'https://b.example' }), { ...question, stream: bedrock[2] !== undefined }];
  }
  if (path === '/v2/chat') return [provider('cohere'), { dialect: 'cohere' }];
  const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1];
  return file.startsWith('azure') && deployment ? [azure(''), { model: deployment }] : null;
}

describe.skipIf(files.length === 0)('a recorded path', () => {
  it.each(files)('of %s is the one that its endpoint would be', (file) => {
    let checked = 0;
    for (const { request } of readRecordings(file)) {
      const question = questionOf(file, request.path);
      if (question === null) continue;
      const made = new URL(url(...question));
      const expected = new URL(request.path, made.origin);
      expect(made.pathname).toBe(expected.pathname);
      expect([...made.searchParams.keys()]).toEqual([...expected.searchParams.keys()]);
      checked++;
    }
    expect(checked).toBeGreaterThan(0);
  });
});
