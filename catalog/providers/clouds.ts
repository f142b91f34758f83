// The large clouds, and hosts that serve other companies' models. Several need a region or a resource of one's own.
import { type ProviderRow, providerRow } from '../provider.ts';

export const clouds: readonly ProviderRow[] = [
  providerRow({
    name: 'azure',
    dialect: 'azure',
    // Every resource has a host of its own: https://<resource>.openai.azure.com, from AZURE_OPENAI_ENDPOINT.
    baseUrl: '',
    keyEnvironment: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    baseUrlEnvironment: ['AZURE_OPENAI_ENDPOINT', 'AZURE_OPENAI_BASE_URL'],
    keyHeader: 'api-key',
    priceProvider: 'azure',
    telemetryName: 'azure.ai.openai',
    quirks: { streamUsage: 'ask', refuses: ['metadata', 'top_k'] },
  }),
  providerRow({
    name: 'bedrock',
    dialect: 'bedrock',
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    keyEnvironment: ['AWS_BEARER_TOKEN_BEDROCK'],
    baseUrlEnvironment: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'],
    regionEnvironment: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    priceProvider: 'aws',
    telemetryName: 'aws.bedrock',
    quirks: { streamUsage: 'always', needsRegion: true },
  }),
  providerRow({
    name: 'vertex',
    dialect: 'vertex',
    baseUrl: 'https://aiplatform.googleapis.com',
    regionalBaseUrl: 'https://{region}-aiplatform.googleapis.com',
    keyEnvironment: ['VERTEX_API_KEY'],
    baseUrlEnvironment: ['GOOGLE_VERTEX_BASE_URL'],
    regionEnvironment: ['GOOGLE_CLOUD_LOCATION', 'GOOGLE_CLOUD_REGION'],
    priceProvider: 'google',
    telemetryName: 'gcp.vertex_ai',
    quirks: { streamUsage: 'always' },
  }),
  providerRow({
    name: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    keyEnvironment: ['GROQ_API_KEY'],
    baseUrlEnvironment: ['GROQ_BASE_URL'],
    priceProvider: 'groq',
    // https://console.groq.com/docs/openai: these are a 400, and so is any n but 1.
    quirks: {
      streamUsage: 'ask',
      refuses: [
        ...['logprobs', 'logit_bias', 'n', 'top_k', 'prompt_cache_key', 'file', 'input_audio'],
        ...['messages.name', 'messages.refusal'],
      ],
    },
  }),
  providerRow({
    name: 'together',
    baseUrl: 'https://api.together.xyz/v1',
    keyEnvironment: ['TOGETHER_API_KEY'],
    baseUrlEnvironment: ['TOGETHER_BASE_URL'],
    priceProvider: 'together',
    quirks: {
      streamUsage: 'ask',
      lacksResponses: true,
      refuses: ['service_tier', 'prompt_cache_key', 'file', 'input_audio', 'messages.refusal'],
    },
  }),
  providerRow({
    name: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    keyEnvironment: ['FIREWORKS_API_KEY'],
    baseUrlEnvironment: ['FIREWORKS_BASE_URL'],
    priceProvider: 'fireworks',
    quirks: { streamUsage: 'ask', refuses: ['file', 'input_audio', 'messages.refusal'] },
  }),
  providerRow({
    name: 'cerebras',
    baseUrl: 'https://api.cerebras.ai/v1',
    keyEnvironment: ['CEREBRAS_API_KEY'],
    baseUrlEnvironment: ['CEREBRAS_BASE_URL'],
    priceProvider: 'cerebras',
    // https://inference-docs.cerebras.ai/resources/openai
    quirks: {
      streamUsage: 'ask',
      lacksResponses: true,
      reasoningBack: 'reasoning',
      refuses: [
        ...['frequency_penalty', 'presence_penalty', 'logit_bias', 'parallel_tool_calls', 'service_tier'],
        ...['n', 'top_k', 'prompt_cache_key', 'file', 'input_audio', 'messages.refusal'],
      ],
    },
  }),
  providerRow({
    name: 'huggingface',
    // The router picks a host per request, and prices differ by host, so no one price row is right.
    baseUrl: 'https://router.huggingface.co/v1',
    keyEnvironment: ['HF_TOKEN', 'HUGGINGFACE_API_KEY', 'HUGGING_FACE_HUB_TOKEN'],
    baseUrlEnvironment: ['HF_BASE_URL'],
    quirks: { streamUsage: 'ask', refuses: ['file', 'input_audio', 'messages.refusal'] },
  }),
  providerRow({
    name: 'github',
    // GitHub Models: OpenAI's format without a version in its paths.
    baseUrl: 'https://models.github.ai/inference',
    keyEnvironment: ['GITHUB_TOKEN'],
    baseUrlEnvironment: ['GITHUB_MODELS_BASE_URL'],
    quirks: { streamUsage: 'ask', lacksResponses: true, versionless: true, refuses: ['metadata', 'top_k', 'file'] },
  }),
  providerRow({
    name: 'nvidia',
    baseUrl: 'https://integrate.api.nvidia.com/v1',
    keyEnvironment: ['NVIDIA_API_KEY'],
    quirks: { streamUsage: 'ask', lacksResponses: true },
  }),
  providerRow({
    name: 'deepinfra',
    baseUrl: 'https://api.deepinfra.com/v1/openai',
    keyEnvironment: ['DEEPINFRA_API_KEY', 'DEEPINFRA_TOKEN'],
    quirks: { streamUsage: 'ask', lacksResponses: true },
  }),
  providerRow({
    name: 'sambanova',
    baseUrl: 'https://api.sambanova.ai/v1',
    keyEnvironment: ['SAMBANOVA_API_KEY'],
    quirks: { streamUsage: 'ask', lacksResponses: true },
  }),
  providerRow({
    name: 'novita',
    baseUrl: 'https://api.novita.ai/v3/openai',
    keyEnvironment: ['NOVITA_API_KEY'],
    priceProvider: 'novita',
    quirks: { streamUsage: 'ask', lacksResponses: true },
  }),
  providerRow({
    name: 'baseten',
    baseUrl: 'https://inference.baseten.co/v1',
    keyEnvironment: ['BASETEN_API_KEY'],
    priceProvider: 'baseten',
    quirks: { streamUsage: 'ask', lacksResponses: true },
  }),
];
