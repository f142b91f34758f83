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
    quirks: { streamUsage: 'always' },
  }),
  providerRow({
    name: 'litellm',
    baseUrl: 'http://127.0.0.1:4000/v1',
    keyEnvironment: ['LITELLM_API_KEY', 'LITELLM_MASTER_KEY'],
    baseUrlEnvironment: ['LITELLM_BASE_URL', 'LITELLM_PROXY_API_BASE'],
  }),
  providerRow({
    name: 'portkey',
    baseUrl: 'https://api.portkey.ai/v1',
    keyEnvironment: ['PORTKEY_API_KEY'],
    baseUrlEnvironment: ['PORTKEY_BASE_URL', 'PORTKEY_GATEWAY_URL'],
    keyHeader: 'x-portkey-api-key',
  }),
  providerRow({
    name: 'helicone',
    baseUrl: 'https://ai-gateway.helicone.ai/v1',
    keyEnvironment: ['HELICONE_API_KEY'],
    baseUrlEnvironment: ['HELICONE_API_BASE'],
  }),
  providerRow({
    name: 'tokenmix',
    baseUrl: 'https://api.tokenmix.ai/v1',
    keyEnvironment: ['TOKENMIX_API_KEY'],
    baseUrlEnvironment: ['TOKENMIX_BASE_URL'],
  }),
  providerRow({
    name: 'mixroute',
    baseUrl: 'https://api.mixroute.ai/v1',
    keyEnvironment: ['MIXROUTE_API_KEY'],
    baseUrlEnvironment: ['MIXROUTE_BASE_URL'],
  }),
  providerRow({
    name: 'vercel',
    baseUrl: 'https://ai-gateway.vercel.sh/v1',
    keyEnvironment: ['AI_GATEWAY_API_KEY'],
    baseUrlEnvironment: [],
  }),
];
