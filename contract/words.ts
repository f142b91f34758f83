// The closed vocabularies that every record, question and chart shares. One word per idea.
import { z } from 'zod';

/** A wire format. `other` is traffic that passes through but whose bodies nobody here can read. */
export const DialectName = z.enum([
  'openai-chat',
  'openai-responses',
  'openai-embeddings',
  'anthropic-messages',
  'gemini',
  'cohere',
  'bedrock-converse',
  'ollama-chat',
  'other',
]);
export type DialectName = z.infer<typeof DialectName>;

/** What the call does; the values follow OpenTelemetry's `gen_ai.operation.name` where it has one. */
export const Operation = z.enum([
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
  'count_tokens',
  'list_models',
  'realtime',
  'other',
]);
export type Operation = z.infer<typeof Operation>;

/**
 * How an exchange ended.
 * `success` a complete answer below 400; `failed` the provider answered 400 or above, or an error inside the stream;
 * `truncated` the answer stopped before its dialect's end; `aborted` the client went away; `unreachable` no answer came
 * from the provider; `refused` Sightline itself refused; `partial` the proxy died and only the beginning is known.
 */
export const Outcome = z.enum(['success', 'failed', 'truncated', 'aborted', 'unreachable', 'refused', 'partial']);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What a failed attempt failed of, read from its outcome, status and code. `rejected` is the request's own fault (400, 413,
 * 422 …) and says nothing of the provider; all others are the provider's, its key's or the way's to it.
 */
export const FailureClass = z.enum([
  'rate_limited',
  'overloaded',
  'server_error',
  'timeout',
  'unreachable',
  'broken_off',
  'credentials',
  'not_found',
  'rejected',
]);
export type FailureClass = z.infer<typeof FailureClass>;

/** Why the model stopped, in one vocabulary; the provider's own word stands beside it as `raw`. */
export const FinishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'error', 'other']);
export type FinishReason = z.infer<typeof FinishReason>;

/** What was away while exchanges went on without it: the recording worker, the collector, what proxies share through, what tells meanings. */
export const DegradedPart = z.enum(['recorder', 'collector', 'redis', 'embeddings']);
export type DegradedPart = z.infer<typeof DegradedPart>;

/** How much of an exchange is kept: bodies and metadata, metadata alone, or nothing at all. Ordered from most to least. */
export const CaptureMode = z.enum(['full', 'metadata', 'off']);
export type CaptureMode = z.infer<typeof CaptureMode>;

/**
 * What the cache did. `hit` an answer kept from before; `shared` the answer that an identical call was just getting; `stale` one
 * past its time because nobody answered; `near` the answer to a question that means the same; `miss` none, and kept if it may be;
 * `refresh` none was looked for, as the client wished.
 */
export const CacheStatus = z.enum(['hit', 'shared', 'stale', 'near', 'miss', 'refresh']);
export type CacheStatus = z.infer<typeof CacheStatus>;

/** Where a figure comes from: the provider said so, it was computed from reported usage, or from estimated usage. */
export const UsageSource = z.enum(['reported', 'estimated']);
export type UsageSource = z.infer<typeof UsageSource>;
export const CostSource = z.enum(['reported', 'computed', 'estimated']);
export type CostSource = z.infer<typeof CostSource>;

/** What kind of refusal a provider gave: it decides what the client's SDK is told and whether somebody else is asked. */
export const ErrorClass = z.enum([
  'rate_limit',
  'overloaded',
  'quota',
  'authentication',
  'permission',
  'not_found',
  'context_length',
  'content_filter',
  'too_large',
  'timeout',
  'invalid',
  'server',
]);
export type ErrorClass = z.infer<typeof ErrorClass>;
