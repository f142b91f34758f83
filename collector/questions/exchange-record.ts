// From the rows of exchanges, bodies and attempts back to the record as the proxy wrote it.
import type { z } from 'zod';
import type { Answer } from '../../contract/answer.ts';
import type { Attempt } from '../../contract/attempt.ts';
import type { CacheUse, Estimate, ExchangeRecord, TimelineStep } from '../../contract/exchange.ts';
import type { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import { numberOrNull } from './figures.ts';

type Count = string | null;

/** A row of exchanges as it is stored; 64-bit integers are strings. */
export interface StoredExchange {
  id_text: string;
  started_at: string;
  recorded_at_ms: string;
  trace_text: string;
  span_text: string;
  boot: string;
  number: string;
  tenant: string;
  team: string;
  app: string;
  environment: string;
  user: string;
  task: string;
  session: string;
  key_id: string;
  tags: Record<string, string>;
  method: string;
  path: string;
  dialect: ExchangeRecord['dialect'];
  operation: ExchangeRecord['operation'];
  provider: string;
  requested_model: string;
  response_model: string;
  response_id: string;
  stream: boolean;
  passthrough: boolean;
  client: string;
  outcome: ExchangeRecord['outcome'];
  http_status: number | null;
  error_code: string;
  error_type: string;
  error_message: string;
  finish: ExchangeRecord['finish']['unified'];
  finish_raw: string;
  input_uncached: Count;
  input_cache_read: Count;
  input_cache_write_5m: Count;
  input_cache_write_1h: Count;
  input_audio: Count;
  input_image: Count;
  output_text: Count;
  output_reasoning: Count;
  output_audio: Count;
  output_image: Count;
  total_tokens: Count;
  usage_raw: string | null;
  usage_source: ExchangeRecord['usageSource'];
  cost_nanos: Count;
  cost_source: ExchangeRecord['pricing']['costSource'];
  price_version: string;
  breakdown: string;
  price_tier: string;
  counted: Answered['pricing']['counted'];
  total_ms: Count;
  first_byte_ms: Count;
  first_token_ms: Count;
  overhead_micros: Count;
  timeline: string;
  degraded: ExchangeRecord['degraded'];
  estimated_input_tokens: Count;
  counted_input_tokens: Count;
  estimated_output_tokens: Count;
  estimated_cost_nanos: Count;
  cache_status: CacheUse['status'] | '';
  cache_namespace: string;
  cache_age_ms: Count;
  cache_from: string;
  saved_nanos: Count;
  policies: string[];
  capture: ExchangeRecord['capture'];
  request_bytes: Count;
  response_bytes: Count;
  request_cut: boolean;
  response_cut: boolean;
  redactions: Record<string, string>;
  redaction_failed: boolean;
  request_headers: Record<string, string>;
  response_headers: Record<string, string>;
  request_preview: string;
  response_preview: string;
  segment: string;
}

export interface StoredBodies {
  request_body: string;
  response_body: string;
  answer: string;
}

/** A row of decisions; none where nothing was to decide. */
export interface StoredDecision {
  upstream_dialect: ExchangeRecord['dialect'] | null;
  notes: string[];
  decision: string;
}

export interface StoredAttempt {
  number: number;
  provider: string;
  model: string;
  region: string;
  started_at_ms: string;
  connect_ms: Count;
  first_byte_ms: Count;
  total_ms: string;
  status: number | null;
  outcome: Attempt['outcome'];
  error_code: string;
  provider_request_id: string;
  attempt_kind: Attempt['kind'];
  why: string;
  input_tokens: Count;
  output_tokens: Count;
  cost_nanos: Count;
  cost_source: Attempt['costSource'];
}

type Answered = z.infer<typeof ExchangeAnswer>;

export interface StoredParts {
  row: StoredExchange;
  /** Undefined: they were never captured, or their retention has passed. */
  bodies: StoredBodies | undefined;
  attempts: StoredAttempt[];
  decision: StoredDecision | undefined;
}

export function toExchangeAnswer({ row, bodies, attempts, decision }: StoredParts): Answered {
  return {
    ...identityOf(row),
    ...requestOf(row),
    ...resultOf(row),
    usage: usageOf(row),
    usageSource: row.usage_source,
    pricing: {
      costNanos: numberOrNull(row.cost_nanos),
      costSource: row.cost_source,
      priceVersion: row.price_version,
      breakdown: fromJson<Answered['pricing']['breakdown']>(row.breakdown, []),
      tier: row.price_tier,
      counted: row.counted,
    },
    ...timingOf(row),
    attempts: attempts.map(toAttempt),
    upstreamDialect: decision?.upstream_dialect ?? null,
    decision: fromJson<Answered['decision']>(decision?.decision ?? '', null),
    notes: decision?.notes ?? [],
    degraded: row.degraded,
    estimate: estimateOf(row),
    cache: cacheUseOf(row),
    policies: row.policies,
    ...captureOf(row),
    requestBody: bodies?.request_body ?? '',
    responseBody: bodies?.response_body ?? '',
    answer: fromJson<Answer | null>(bodies?.answer ?? '', null),
    bodiesKept: bodies !== undefined,
    segment: row.segment,
    recordedAt: Number(row.recorded_at_ms),
  };
}

function identityOf(row: StoredExchange) {
  const { tenant, team, app, environment, user, task, session, tags } = row;
  return {
    id: row.id_text,
    boot: row.boot,
    number: Number(row.number),
    startedAt: Number(row.started_at),
    attribution: { tenant, team, app, environment, user, task, session, key: row.key_id, tags },
    traceId: hexOrEmpty(row.trace_text),
    spanId: hexOrEmpty(row.span_text),
  };
}

function requestOf(row: StoredExchange) {
  const { method, path, dialect, operation, provider, stream, passthrough, client } = row;
  return {
    ...{ method, path, dialect, operation, provider, stream, passthrough, client },
    requestedModel: row.requested_model,
    responseModel: row.response_model,
    responseId: row.response_id,
  };
}

function resultOf(row: StoredExchange) {
  return {
    outcome: row.outcome,
    httpStatus: row.http_status,
    errorCode: row.error_code,
    errorType: row.error_type,
    errorMessage: row.error_message,
    finish: { unified: row.finish, raw: row.finish_raw },
  };
}

function usageOf(row: StoredExchange): Answered['usage'] {
  return {
    inputUncached: numberOrNull(row.input_uncached),
    inputCacheRead: numberOrNull(row.input_cache_read),
    inputCacheWrite5m: numberOrNull(row.input_cache_write_5m),
    inputCacheWrite1h: numberOrNull(row.input_cache_write_1h),
    inputAudio: numberOrNull(row.input_audio),
    inputImage: numberOrNull(row.input_image),
    outputText: numberOrNull(row.output_text),
    outputReasoning: numberOrNull(row.output_reasoning),
    outputAudio: numberOrNull(row.output_audio),
    outputImage: numberOrNull(row.output_image),
    total: numberOrNull(row.total_tokens),
    raw: row.usage_raw,
  };
}

/** Null where nothing asked for an estimate, and where one was asked and nothing came of it. */
function estimateOf(row: StoredExchange): Estimate | null {
  const estimate = {
    inputTokens: numberOrNull(row.estimated_input_tokens),
    countedTokens: numberOrNull(row.counted_input_tokens),
    outputTokens: numberOrNull(row.estimated_output_tokens),
    costNanos: numberOrNull(row.estimated_cost_nanos),
  };
  return Object.values(estimate).every((value) => value === null) ? null : estimate;
}

function cacheUseOf(row: StoredExchange): CacheUse | null {
  if (row.cache_status === '') return null;
  return {
    status: row.cache_status,
    namespace: row.cache_namespace,
    ageMs: numberOrNull(row.cache_age_ms),
    from: row.cache_from,
    savedNanos: numberOrNull(row.saved_nanos),
  };
}

function timingOf(row: StoredExchange) {
  return {
    totalMs: numberOrNull(row.total_ms),
    firstByteMs: numberOrNull(row.first_byte_ms),
    firstTokenMs: numberOrNull(row.first_token_ms),
    overheadMicros: numberOrNull(row.overhead_micros),
    timeline: fromJson<TimelineStep[]>(row.timeline, []),
  };
}

function captureOf(row: StoredExchange) {
  return {
    capture: row.capture,
    requestBytes: numberOrNull(row.request_bytes),
    responseBytes: numberOrNull(row.response_bytes),
    requestCut: row.request_cut,
    responseCut: row.response_cut,
    redactions: Object.fromEntries(Object.entries(row.redactions).map(([kind, count]) => [kind, Number(count)])),
    redactionFailed: row.redaction_failed,
    requestHeaders: row.request_headers,
    responseHeaders: row.response_headers,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
  };
}

export function toAttempt(row: StoredAttempt): Attempt {
  const { number, provider, model, region, status, outcome } = row;
  return {
    ...{ number, provider, model, region, status, outcome },
    startedAtMs: Number(row.started_at_ms),
    connectMs: numberOrNull(row.connect_ms),
    firstByteMs: numberOrNull(row.first_byte_ms),
    totalMs: Number(row.total_ms),
    errorCode: row.error_code,
    providerRequestId: row.provider_request_id,
    kind: row.attempt_kind,
    why: row.why,
    inputTokens: numberOrNull(row.input_tokens),
    outputTokens: numberOrNull(row.output_tokens),
    costNanos: numberOrNull(row.cost_nanos),
    costSource: row.cost_source,
  };
}

/** Columns of JSON text hold what the proxy wrote; empty when it wrote nothing. */
export function fromJson<Value>(text: string, otherwise: Value): Value {
  if (text === '' || text === 'null') return otherwise;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return otherwise;
  }
}

/** A trace id that nobody gave is stored as zero bytes. */
const hexOrEmpty = (text: string): string => (/^0*$/.test(text) ? '' : text);
