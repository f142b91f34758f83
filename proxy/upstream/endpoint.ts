// Where a request goes that does not keep the client's own path: one row for each family of providers and each format in
// which it can be asked. Paths are relative to the provider's base URL, as joinPath() then joins them.
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { ProviderDialect } from '../../contract/configuration.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import { pathSegment } from './path-segment.ts';

export interface EndpointQuestion {
  provider: Pick<ResolvedProvider, 'dialect' | 'baseUrl' | 'project' | 'region' | 'quirks'>;
  /** The format in which it is asked. */
  dialect: DialectName;
  operation: Operation;
  model: string;
  stream: boolean;
}

export interface Endpoint {
  path: string;
  /** '' or with its question mark. */
  search: string;
  /** The path counts from the origin, and what else the base URL says does not. */
  fromOrigin?: true;
}

type Way = (question: EndpointQuestion) => Endpoint;
type Ways = Partial<Record<DialectName, Way>>;

const at = (path: string, search = ''): Endpoint => ({ path, search });
const to = (path: string): Way => {
  const endpoint = Object.freeze(at(path));
  return () => endpoint;
};

const openai: Ways = {
  'openai-chat': ({ operation }) => at(operation === 'text_completion' ? '/completions' : '/chat/completions'),
  'openai-responses': to('/responses'),
  'openai-embeddings': to('/embeddings'),
};

const table: Record<ProviderDialect, Ways> = {
  openai,
  azure: {
    'openai-chat': (question) =>
      azure(question, question.operation === 'text_completion' ? '/completions' : '/chat/completions'),
    'openai-responses': ({ provider }) => at(`${azurePrefix(provider.baseUrl)}/responses`),
    'openai-embeddings': (question) => azure(question, '/embeddings'),
  },
  anthropic: { 'anthropic-messages': ({ provider }) => at(`${versionFor(provider.baseUrl, '/v1')}/messages`) },
  gemini: {
    gemini: (question) => gemini(question, `${versionFor(question.provider.baseUrl, '/v1beta')}/models/`),
  },
  vertex: {
    gemini: (question) => gemini(question, vertexModels(question.provider)),
    'anthropic-messages': claudeOnVertex,
  },
  cohere: { cohere: ({ operation }) => at(operation === 'embeddings' ? '/v2/embed' : '/v2/chat') },
  bedrock: {
    'bedrock-converse': ({ model, stream }) => at(bedrock(model, stream ? 'converse-stream' : 'converse')),
    'anthropic-messages': ({ model, stream }) => at(bedrock(model, stream ? 'invoke-with-response-stream' : 'invoke')),
    // Amazon's OpenAI-compatible surface names the model in the body.
    'openai-chat': to('/openai/v1/chat/completions'),
    'openai-responses': to('/openai/v1/responses'),
  },
  ollama: {
    'ollama-chat': ({ provider, operation }) => ollama(provider.baseUrl, operation),
    'openai-chat': to('/v1/chat/completions'),
    'openai-responses': to('/v1/responses'),
    'openai-embeddings': to('/v1/embeddings'),
  },
};

/** Throws where this provider cannot be asked in this format at all, which wireOf() never answers. */
export function endpointOf(question: EndpointQuestion): Endpoint {
  const { provider, dialect } = question;
  const way = table[provider.dialect][dialect];
  if (way !== undefined) return way(question);
  const { anthropic: messages, openai: compatible } = provider.quirks.alsoServes ?? {};
  if (dialect === 'anthropic-messages' && messages !== undefined)
    return { ...at(`${messages}/v1/messages`), fromOrigin: true };
  const compatibleWay = openai[dialect];
  if (compatibleWay !== undefined && compatible !== undefined)
    return { ...at(compatible + compatibleWay(question).path), fromOrigin: true };
  throw new Error(`A provider of the family "${provider.dialect}" cannot be asked in ${dialect}.`);
}

const pathOf = (baseUrl: string): string => new URL(baseUrl).pathname.replace(/\/+$/, '');

/** The version where the base URL does not end in one already, whichever that is. */
function versionFor(baseUrl: string, version: string): string {
  return /\/v\d+(?:alpha|beta)?\d*$/.test(pathOf(baseUrl)) ? '' : version;
}

/** Deployments of one's own need an api-version; the newer /openai/v1 takes the deployment as the model, in the body. */
function azure({ provider, model }: EndpointQuestion, tail: string): Endpoint {
  const base = pathOf(provider.baseUrl);
  if (base.endsWith('/openai/v1')) return at(tail);
  const prefix = base.endsWith('/openai') ? '' : '/openai';
  return at(`${prefix}/deployments/${pathSegment(model)}${tail}`, '?api-version=2024-10-21');
}

/** What stands before /openai/v1 once the base URL has said its part of it. */
function azurePrefix(baseUrl: string): string {
  const base = pathOf(baseUrl);
  if (base.endsWith('/openai/v1')) return '';
  return base.endsWith('/openai') ? '/v1' : '/openai/v1';
}

function gemini({ provider, operation, model, stream }: EndpointQuestion, models: string): Endpoint {
  const named = models + pathSegment(model.replace(/^(?:publishers\/google\/)?models\//, ''));
  if (operation === 'count_tokens') return at(`${named}:countTokens`);
  // Vertex embeds through :predict, AI Studio in batches.
  if (operation === 'embeddings')
    return at(`${named}:${provider.dialect === 'vertex' ? 'predict' : 'batchEmbedContents'}`);
  return stream ? at(`${named}:streamGenerateContent`, '?alt=sse') : at(`${named}:generateContent`);
}

const vertexModels = (provider: EndpointQuestion['provider']): string => vertex(provider, '/v1beta1', 'google');

/** Without a project Vertex AI is asked in express mode, where the key says whose project it is. */
function vertex(...[provider, latest, publisher]: [EndpointQuestion['provider'], string, string]): string {
  const { baseUrl, project, region } = provider;
  const models = `/publishers/${publisher}/models/`;
  const version = versionFor(baseUrl, latest);
  if (project === '') return version + models;
  return `${version}/projects/${pathSegment(project)}/locations/${pathSegment(region || 'global')}${models}`;
}

/** Versions stand behind an @ in these names. */
function claudeOnVertex({ provider, model, stream }: EndpointQuestion): Endpoint {
  const name = pathSegment(model.replace(/^publishers\/anthropic\/models\//, '')).replace('%40', '@');
  return at(`${vertex(provider, '/v1', 'anthropic')}${name}:${stream ? 'streamRawPredict' : 'rawPredict'}`);
}

const bedrock = (model: string, method: string): string => `/model/${pathSegment(model)}/${method}`;

/** Its own API lies beside the OpenAI-compatible /v1, to which many a base URL points. */
function ollama(baseUrl: string, operation: Operation): Endpoint {
  const path = operation === 'embeddings' ? '/api/embed' : '/api/chat';
  const base = pathOf(baseUrl);
  return base.endsWith('/v1') ? { ...at(base.slice(0, -'/v1'.length) + path), fromOrigin: true } : at(path);
}
