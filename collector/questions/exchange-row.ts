// The row of an exchange as lists and the live tail show it: previews only. One list of columns, so that nothing that
// lists exchanges ever reads a body.
import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import { numberOrNull } from './figures.ts';

export const exchangeRowColumns = `
  toString(id) AS id_text, toUnixTimestamp64Milli(ts) AS started_at, provider, model, requested_model, dialect, operation,
  stream, outcome, http_status, error_code, finish, app, team, user, task, session, environment, key_id, input_tokens,
  output_tokens, usage_source, cost_nanos, cost_source, total_ms, first_token_ms, attempt_count, cache_status, request_preview,
  response_preview`;

export interface StoredExchangeRow {
  id_text: string;
  started_at: string;
  provider: string;
  model: string;
  requested_model: string;
  dialect: ExchangeRow['dialect'];
  operation: ExchangeRow['operation'];
  stream: boolean;
  outcome: ExchangeRow['outcome'];
  http_status: number | null;
  error_code: string;
  finish: ExchangeRow['finish'];
  app: string;
  team: string;
  user: string;
  task: string;
  session: string;
  environment: string;
  key_id: string;
  input_tokens: string | null;
  output_tokens: string | null;
  usage_source: ExchangeRow['usageSource'];
  cost_nanos: string | null;
  cost_source: ExchangeRow['costSource'];
  total_ms: string | null;
  first_token_ms: string | null;
  attempt_count: number;
  cache_status: NonNullable<ExchangeRow['cacheStatus']> | '';
  request_preview: string;
  response_preview: string;
}

export function toExchangeRow(row: StoredExchangeRow): ExchangeRow {
  return {
    id: row.id_text,
    startedAt: Number(row.started_at),
    provider: row.provider,
    model: row.model,
    requestedModel: row.requested_model,
    dialect: row.dialect,
    operation: row.operation,
    stream: row.stream,
    outcome: row.outcome,
    httpStatus: row.http_status,
    errorCode: row.error_code,
    finish: row.finish,
    app: row.app,
    team: row.team,
    user: row.user,
    task: row.task,
    session: row.session,
    environment: row.environment,
    key: row.key_id,
    inputTokens: numberOrNull(row.input_tokens),
    outputTokens: numberOrNull(row.output_tokens),
    usageSource: row.usage_source,
    costNanos: row.cost_nanos,
    costSource: row.cost_source,
    totalMs: numberOrNull(row.total_ms),
    firstTokenMs: numberOrNull(row.first_token_ms),
    attempts: row.attempt_count,
    cacheStatus: row.cache_status === '' ? null : row.cache_status,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
  };
}
