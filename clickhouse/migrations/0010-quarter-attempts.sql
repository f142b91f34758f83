-- Attempts added up per quarter of an hour, by what they failed of: months of them are some ten thousand rows instead of
-- millions, and percentiles are merged instead of computed anew. `failure` is '' where an attempt did not fail; the same
-- rule stands in collector/questions/failure-class.ts, and a test holds the two together.
-- Filled from attempts once, month by month where it holds nothing yet, and then by its own view.

CREATE TABLE IF NOT EXISTS {database}.quarter_attempts (
  quarter DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  attempt_kind LowCardinality(String),
  failure LowCardinality(String),
  attempt_count SimpleAggregateFunction(sum, UInt64),
  cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars',
  unpriced_count SimpleAggregateFunction(sum, UInt64) COMMENT 'of which no cost is known',
  first_byte_ms_state AggregateFunction(quantilesTDigest(0.5, 0.95), UInt64) COMMENT 'of attempts that did not fail'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(quarter)
ORDER BY (tenant, quarter, provider, model, attempt_kind, failure)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.quarter_attempts
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  provider,
  model,
  attempt_kind,
  multiIf(
    outcome NOT IN ('failed', 'truncated', 'unreachable'), '',
    status = 429, 'rate_limited',
    status IN (401, 402, 403), 'credentials',
    status = 404, 'not_found',
    status IN (408, 504) OR endsWith(error_code, '_UPSTREAM_TIMEOUT') OR endsWith(error_code, '_STREAM_IDLE'), 'timeout',
    status IN (503, 529), 'overloaded',
    status >= 500, 'server_error',
    status >= 400, 'rejected',
    outcome = 'truncated', 'broken_off',
    outcome = 'unreachable', 'unreachable',
    'server_error') AS failure,
  count(),
  sum(cost_nanos),
  countIf(cost_nanos IS NULL),
  quantilesTDigestStateIf(0.5, 0.95)(assumeNotNull(first_byte_ms), first_byte_ms IS NOT NULL AND failure = '')
FROM {database}.attempts
WHERE NOT has((SELECT groupUniqArray(toYYYYMM(quarter)) FROM {database}.quarter_attempts), toYYYYMM(ts))
GROUP BY quarter, tenant, provider, model, attempt_kind, failure
SETTINGS insert_deduplication_token = 'quarter_attempts from attempts';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.quarter_attempts_view TO {database}.quarter_attempts AS
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  provider,
  model,
  attempt_kind,
  multiIf(
    outcome NOT IN ('failed', 'truncated', 'unreachable'), '',
    status = 429, 'rate_limited',
    status IN (401, 402, 403), 'credentials',
    status = 404, 'not_found',
    status IN (408, 504) OR endsWith(error_code, '_UPSTREAM_TIMEOUT') OR endsWith(error_code, '_STREAM_IDLE'), 'timeout',
    status IN (503, 529), 'overloaded',
    status >= 500, 'server_error',
    status >= 400, 'rejected',
    outcome = 'truncated', 'broken_off',
    outcome = 'unreachable', 'unreachable',
    'server_error') AS failure,
  count() AS attempt_count,
  sum(cost_nanos) AS cost_sum,
  countIf(cost_nanos IS NULL) AS unpriced_count,
  quantilesTDigestStateIf(0.5, 0.95)(assumeNotNull(first_byte_ms), first_byte_ms IS NOT NULL AND failure = '') AS first_byte_ms_state
FROM {database}.attempts
GROUP BY quarter, tenant, provider, model, attempt_kind, failure;
