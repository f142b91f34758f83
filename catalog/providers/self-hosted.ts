// Model servers that run on one's own machines. Their base URLs are the ports each one listens on by default; they
// have no published price, so an overlay row may give them one.
import { type ProviderRow, providerRow } from '../provider.ts';

export const selfHosted: readonly ProviderRow[] = [
  providerRow({
    name: 'vllm',
    baseUrl: 'http://127.0.0.1:8000/v1',
    keyEnvironment: ['VLLM_API_KEY'],
    baseUrlEnvironment: ['VLLM_BASE_URL', 'VLLM_API_BASE'],
    selfHosted: true,
  }),
  providerRow({
    name: 'sglang',
    baseUrl: 'http://127.0.0.1:30000/v1',
    keyEnvironment: ['SGLANG_API_KEY'],
    baseUrlEnvironment: ['SGLANG_BASE_URL'],
    selfHosted: true,
  }),
  providerRow({
    name: 'ollama',
    dialect: 'ollama',
    baseUrl: 'http://127.0.0.1:11434',
    keyEnvironment: ['OLLAMA_API_KEY'],
    baseUrlEnvironment: ['OLLAMA_BASE_URL', 'OLLAMA_HOST'],
    selfHosted: true,
    quirks: { streamUsage: 'ask', alsoServes: { openai: '/v1' } },
  }),
  providerRow({
    name: 'llamacpp',
    baseUrl: 'http://127.0.0.1:8080/v1',
    keyEnvironment: ['LLAMA_API_KEY'],
    baseUrlEnvironment: ['LLAMACPP_BASE_URL'],
    selfHosted: true,
  }),
  providerRow({
    name: 'lmstudio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    keyEnvironment: ['LMSTUDIO_API_KEY'],
    baseUrlEnvironment: ['LMSTUDIO_BASE_URL'],
    selfHosted: true,
  }),
];
