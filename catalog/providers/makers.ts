// Companies that serve models of their own. Base URLs are written as each one's own SDK takes them: with the version
// for OpenAI-compatible ones, without for Anthropic, Gemini and Cohere, whose SDKs add it themselves.
import { type ProviderRow, providerRow } from '../provider.ts';

export const makers: readonly ProviderRow[] = [
  providerRow({
    name: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    keyEnvironment: ['OPENAI_API_KEY'],
    baseUrlEnvironment: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
    priceProvider: 'openai',
    // `metadata` is a 400 unless the answer is stored; `top_k` is unknown.
    quirks: { streamUsage: 'ask', refuses: ['metadata', 'top_k'], batch: 'openai' },
  }),
  providerRow({
    name: 'anthropic',
    dialect: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    keyEnvironment: ['ANTHROPIC_API_KEY'],
    baseUrlEnvironment: ['ANTHROPIC_BASE_URL'],
    keyHeader: 'x-api-key',
    priceProvider: 'anthropic',
    quirks: { streamUsage: 'always', alsoServes: { openai: '/v1' }, batch: 'anthropic' },
  }),
  providerRow({
    name: 'google',
    dialect: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    keyEnvironment: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    baseUrlEnvironment: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_BASE_URL'],
    keyHeader: 'x-goog-api-key',
    priceProvider: 'google',
    telemetryName: 'gcp.gemini',
    quirks: { streamUsage: 'always', alsoServes: { openai: '/v1beta/openai' }, takes: ['thought_signature'] },
  }),
  providerRow({
    name: 'cohere',
    dialect: 'cohere',
    baseUrl: 'https://api.cohere.com',
    keyEnvironment: ['CO_API_KEY', 'COHERE_API_KEY'],
    baseUrlEnvironment: ['CO_API_URL', 'COHERE_BASE_URL'],
    priceProvider: 'cohere',
    quirks: { streamUsage: 'always', alsoServes: { openai: '/compatibility/v1' } },
  }),
  providerRow({
    name: 'deepseek',
    baseUrl: 'https://api.deepseek.com/v1',
    keyEnvironment: ['DEEPSEEK_API_KEY'],
    baseUrlEnvironment: ['DEEPSEEK_BASE_URL'],
    priceProvider: 'deepseek',
    quirks: {
      streamUsage: 'always',
      alsoServes: { anthropic: '/anthropic' },
      // 400 "The reasoning_content in the thinking mode must be passed back to the API."
      reasoningBack: 'reasoning_content',
      // It knows JSON, but no schema; one answer; text alone.
      refuses: ['response_format.json_schema', 'n', 'input_audio', 'file', 'messages.refusal'],
    },
  }),
  providerRow({
    name: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    keyEnvironment: ['MISTRAL_API_KEY'],
    baseUrlEnvironment: ['MISTRAL_BASE_URL'],
    priceProvider: 'mistral',
    telemetryName: 'mistral_ai',
    quirks: {
      streamUsage: 'always',
      // Error 3280: "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9."
      toolCallId: '^[a-zA-Z0-9]{9}$',
      lacksResponses: true,
      renames: { seed: 'random_seed', dimensions: 'output_dimension' },
      // Fields it does not know are a 422: "Extra inputs are not permitted".
      refuses: [
        ...['logprobs', 'logit_bias', 'user', 'top_k', 'service_tier', 'prompt_cache_key', 'stream_options'],
        ...['messages.name', 'messages.refusal', 'file'],
      ],
      requiredToolChoice: 'any',
      strictOrder: true,
    },
  }),
  providerRow({
    name: 'qwen',
    baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    keyEnvironment: ['DASHSCOPE_API_KEY', 'QWEN_API_KEY'],
    baseUrlEnvironment: ['DASHSCOPE_BASE_URL', 'QWEN_BASE_URL'],
    quirks: {
      streamUsage: 'ask',
      lacksResponses: true,
      takes: ['cache_control'],
      refuses: ['file', 'messages.refusal'],
    },
  }),
  providerRow({
    name: 'xai',
    baseUrl: 'https://api.x.ai/v1',
    keyEnvironment: ['XAI_API_KEY'],
    baseUrlEnvironment: ['XAI_BASE_URL'],
    priceProvider: 'x-ai',
    telemetryName: 'x_ai',
    quirks: { streamUsage: 'ask', refuses: ['top_k', 'logit_bias', 'file', 'input_audio', 'messages.refusal'] },
  }),
  providerRow({
    name: 'zai',
    baseUrl: 'https://api.z.ai/api/paas/v4',
    keyEnvironment: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
    baseUrlEnvironment: ['ZAI_BASE_URL'],
    priceProvider: 'zai',
    quirks: {
      streamUsage: 'always',
      alsoServes: { anthropic: '/api/anthropic' },
      lacksResponses: true,
      reasoningBack: 'reasoning_content',
      refuses: [
        'response_format.json_schema',
        'n',
        'logprobs',
        'logit_bias',
        'file',
        'input_audio',
        'messages.refusal',
      ],
    },
  }),
  providerRow({
    name: 'moonshot',
    baseUrl: 'https://api.moonshot.ai/v1',
    keyEnvironment: ['MOONSHOT_API_KEY'],
    baseUrlEnvironment: ['MOONSHOT_BASE_URL'],
    priceProvider: 'moonshotai',
    telemetryName: 'moonshot_ai',
    quirks: {
      streamUsage: 'ask',
      alsoServes: { anthropic: '/anthropic' },
      lacksResponses: true,
      // 400 "thinking is enabled but reasoning_content is missing in assistant tool call message".
      reasoningBack: 'reasoning_content',
      refuses: ['logit_bias', 'logprobs', 'file', 'input_audio', 'messages.refusal'],
    },
  }),
  providerRow({
    name: 'minimax',
    baseUrl: 'https://api.minimax.io/v1',
    keyEnvironment: ['MINIMAX_API_KEY'],
    baseUrlEnvironment: ['MINIMAX_BASE_URL'],
    priceProvider: 'minimax',
    quirks: { streamUsage: 'ask', lacksResponses: true, refuses: ['n', 'file', 'input_audio', 'messages.refusal'] },
  }),
  providerRow({
    name: 'perplexity',
    // Perplexity serves /chat/completions at the root and sends usage with every chunk.
    baseUrl: 'https://api.perplexity.ai',
    keyEnvironment: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'],
    baseUrlEnvironment: ['PERPLEXITY_BASE_URL'],
    priceProvider: 'perplexity',
    quirks: {
      streamUsage: 'always',
      lacksResponses: true,
      versionless: true,
      // It searches by itself and calls nobody's tools.
      refuses: [
        ...['tools', 'n', 'seed', 'logprobs', 'logit_bias', 'stop', 'user', 'service_tier', 'prompt_cache_key'],
        ...['input_audio', 'messages.name', 'messages.refusal'],
      ],
    },
  }),
];
