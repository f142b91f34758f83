// Resellers and gateways: one key, many companies' models behind it.
import { type ProviderRow, providerRow } from '../provider.ts';

export const gateways: readonly ProviderRow[] = [
  providerRow({
    name: 'openrouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    keyEnvironment: ['OPENROUTER_API_KEY'],
    baseUrlEnvironment: ['OPENROUTER_BASE_URL'],
    priceProvider: 'openrouter',
    // Usage and the cost itself come in the last chunk, asked for or not.
    quirks: {
      streamUsage: 'always',
      isGateway: true,
      reasoningBack: 'reasoning',
      takes: ['cache_control', 'reasoning', 'reasoning_details', 'file_url'],
    },
  }),
  providerRow({
    name: 'litellm',
    baseUrl: 'http://127.0.0.1:4000/v1',
    keyEnvironment: ['LITELLM_API_KEY', 'LITELLM_MASTER_KEY'],
    baseUrlEnvironment: ['LITELLM_BASE_URL', 'LITELLM_PROXY_API_BASE'],
    quirks: { streamUsage: 'ask', isGateway: true, takes: ['cache_control'] },
  }),
  providerRow({
    name: 'portkey',
    baseUrl: 'https://api.portkey.ai/v1',
    keyEnvironment: ['PORTKEY_API_KEY'],
    baseUrlEnvironment: ['PORTKEY_BASE_URL', 'PORTKEY_GATEWAY_URL'],
    keyHeader: 'x-portkey-api-key',
    quirks: { streamUsage: 'ask', isGateway: true, takes: ['cache_control'] },
  }),
  providerRow({
    name: 'helicone',
    baseUrl: 'https://ai-gateway.helicone.ai/v1',
    keyEnvironment: ['HELICONE_API_KEY'],
    baseUrlEnvironment: ['HELICONE_API_BASE'],
    quirks: { streamUsage: 'ask', isGateway: true, takes: ['cache_control'] },
  }),
  providerRow({
    name: 'tokenmix',
    baseUrl: 'https://api.tokenmix.ai/v1',
    keyEnvironment: ['TOKENMIX_API_KEY'],
    baseUrlEnvironment: ['TOKENMIX_BASE_URL'],
    quirks: { streamUsage: 'ask', isGateway: true, lacksResponses: true },
  }),
  providerRow({
    name: 'mixroute',
    baseUrl: 'https://api.mixroute.ai/v1',
    keyEnvironment: ['MIXROUTE_API_KEY'],
    baseUrlEnvironment: ['MIXROUTE_BASE_URL'],
    quirks: { streamUsage: 'ask', isGateway: true, lacksResponses: true },
  }),
  providerRow({
    name: 'vercel',
    baseUrl: 'https://ai-gateway.vercel.sh/v1',
    keyEnvironment: ['AI_GATEWAY_API_KEY'],
    baseUrlEnvironment: [],
    quirks: { streamUsage: 'ask', isGateway: true, takes: ['cache_control', 'reasoning', 'reasoning_details'] },
  }),
  providerRow({
    name: 'cloudflare',
    // Every account and gateway has an address of its own:
    // https://gateway.ai.cloudflare.com/v1/<account>/<gateway>/compat
    baseUrl: '',
    keyEnvironment: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_AI_GATEWAY_API_KEY'],
    baseUrlEnvironment: ['CLOUDFLARE_AI_GATEWAY_BASE_URL'],
    quirks: { streamUsage: 'ask', isGateway: true, lacksResponses: true },
  }),
];
