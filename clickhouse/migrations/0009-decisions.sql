-- Why each exchange went where it went. One row per exchange that had somebody to choose from or somebody to ask; `ts` and
-- `id` are those of the exchange. Who was chosen first, and how likely that was, stand in columns of their own, because
-- evaluation weighs by them; the whole of it is kept as JSON.

CREATE TABLE IF NOT EXISTS {database}.decisions (
  ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  id UUID,
  tenant LowCardinality(String),
  task LowCardinality(String),
  session String CODEC(ZSTD(1)),
  requested_model LowCardinality(String),
  provider LowCardinality(String) COMMENT 'who served it',
  upstream_dialect LowCardinality(Nullable(String)) COMMENT 'the format the provider was asked in, where it was not the client''s',
  notes Array(String) COMMENT 'what could not be passed on' CODEC(ZSTD(1)),
  route LowCardinality(String),
  strategy LowCardinality(String),
  decision_kind LowCardinality(String),
  unit String CODEC(ZSTD(1)),
  draw Nullable(Float64),
  weights_version LowCardinality(String),
  chosen_provider LowCardinality(String) COMMENT 'the first of the plan; empty when nobody could be asked',
  chosen_model LowCardinality(String),
  probability Nullable(Float64) COMMENT 'of the chosen one, as actually used',
  decision String COMMENT 'JSON: Decision' CODEC(ZSTD(1)),
  INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_session session TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, toStartOfHour(ts), ts, id)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.decisions_view TO {database}.decisions AS
WITH
  JSONExtract(decision, 'plan', 'Array(UInt16)') AS plan,
  JSONExtractArrayRaw(decision, 'candidates') AS candidates,
  if(notEmpty(plan), candidates[plan[1] + 1], '') AS chosen
SELECT
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  id,
  attribution.tenant AS tenant,
  attribution.task AS task,
  attribution.session AS session,
  requestedModel AS requested_model,
  provider,
  upstreamDialect AS upstream_dialect,
  notes,
  JSONExtractString(decision, 'route') AS route,
  JSONExtractString(decision, 'strategy') AS strategy,
  JSONExtractString(decision, 'kind') AS decision_kind,
  JSONExtractString(decision, 'unit') AS unit,
  JSONExtract(decision, 'draw', 'Nullable(Float64)') AS draw,
  JSONExtractString(decision, 'weightsVersion') AS weights_version,
  JSONExtractString(chosen, 'provider') AS chosen_provider,
  JSONExtractString(chosen, 'model') AS chosen_model,
  JSONExtract(chosen, 'probability', 'Nullable(Float64)') AS probability,
  decision
FROM {database}.incoming
WHERE kind = 'exchange' AND decision NOT IN ('', 'null');
