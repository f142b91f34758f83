-- One row per try at a target. `ts` and `id` are those of the exchange; started_at_ms counts from its start.

CREATE TABLE IF NOT EXISTS {database}.attempts (
  ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  id UUID,
  tenant LowCardinality(String),
  number UInt16,
  provider LowCardinality(String),
  model LowCardinality(String),
  region LowCardinality(String),
  started_at_ms UInt64 CODEC(T64, ZSTD(1)),
  connect_ms Nullable(UInt64) CODEC(T64, ZSTD(1)),
  first_byte_ms Nullable(UInt64) CODEC(T64, ZSTD(1)),
  total_ms UInt64 CODEC(T64, ZSTD(1)),
  status Nullable(UInt16),
  outcome LowCardinality(String),
  error_code LowCardinality(String),
  provider_request_id String CODEC(ZSTD(1)),
  attempt_kind LowCardinality(String),
  why String CODEC(ZSTD(1)),
  input_tokens Nullable(UInt64) CODEC(T64, ZSTD(1)),
  output_tokens Nullable(UInt64) CODEC(T64, ZSTD(1)),
  cost_nanos Nullable(UInt64) COMMENT 'nano-dollars; NULL when unknown. Those of the attempt that answered stand in the exchange, too' CODEC(T64, ZSTD(1)),
  cost_source LowCardinality(Nullable(String)),
  INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, toStartOfHour(ts), ts, id, number)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.attempts_view TO {database}.attempts AS
SELECT
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  id,
  attribution.tenant AS tenant,
  attempt.number AS number,
  attempt.provider AS provider,
  attempt.model AS model,
  attempt.region AS region,
  attempt.startedAtMs AS started_at_ms,
  attempt.connectMs AS connect_ms,
  attempt.firstByteMs AS first_byte_ms,
  attempt.totalMs AS total_ms,
  attempt.status AS status,
  attempt.outcome AS outcome,
  attempt.errorCode AS error_code,
  attempt.providerRequestId AS provider_request_id,
  attempt.kind AS attempt_kind,
  attempt.why AS why,
  attempt.inputTokens AS input_tokens,
  attempt.outputTokens AS output_tokens,
  attempt.costNanos AS cost_nanos,
  attempt.costSource AS cost_source
FROM {database}.incoming
ARRAY JOIN attempts AS attempt
WHERE kind = 'exchange';
