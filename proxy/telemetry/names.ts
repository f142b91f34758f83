// OpenTelemetry GenAI names, in one place because the conventions are still in development and will move
// (open-telemetry/semantic-conventions-genai, schema 1.42.0).

export const names = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  conversation: 'gen_ai.conversation.id',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
  serverAddress: 'server.address',
  httpMethod: 'http.request.method',
  httpStatus: 'http.response.status_code',
  path: 'url.path',
  exchange: 'sightline.exchange.id',
  task: 'sightline.task',
  app: 'sightline.app',
  attempt: 'sightline.attempt.number',
  outcome: 'sightline.outcome',
  costUsd: 'sightline.cost_usd',
} as const;

export const metrics = {
  duration: 'gen_ai.client.operation.duration',
  timeToFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
  tokenUsage: 'gen_ai.client.token.usage',
} as const;

/** Bucket bounds that the conventions advise: seconds, and tokens. */
export const durationBounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
export const tokenBounds = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

/** OpenTelemetry's words for operations; ours are the same but for the ones it does not know. */
export const operationName = (operation: string): string => (operation === 'other' ? 'chat' : operation);
