-- Sums that stay small at any number of exchanges. Two, and narrow: one with every dimension had as many rows as the
-- exchanges themselves. minute_models answers how fast and how well; quarter_costs what it cost and for whom, in steps of
-- 15 minutes because the local days of every time zone in use begin on one. `outcome` is a dimension of both, so errors,
-- aborts and the latency of what succeeded alone can be asked. A sum over NULLs alone is NULL, not 0.

CREATE TABLE IF NOT EXISTS {database}.minute_models (
  minute DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  outcome LowCardinality(String),
  request_count SimpleAggregateFunction(sum, UInt64),
  input_token_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_token_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars',
  unpriced_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with tokens but without a price',
  estimated_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with estimated usage',
  total_ms_state AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64),
  first_token_ms_state AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64)
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (tenant, minute, provider, model, outcome)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.minute_models_view TO {database}.minute_models AS
SELECT
  toDateTime(toStartOfMinute(ts), 'UTC') AS minute,
  tenant,
  provider,
  model,
  outcome,
  count() AS request_count,
  sum(input_tokens) AS input_token_sum,
  sum(output_tokens) AS output_token_sum,
  sum(cost_nanos) AS cost_sum,
  countIf(cost_nanos IS NULL AND (ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)) AS unpriced_count,
  countIf(usage_source = 'estimated') AS estimated_count,
  quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(total_ms), total_ms IS NOT NULL) AS total_ms_state,
  quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(first_token_ms), first_token_ms IS NOT NULL) AS first_token_ms_state
FROM {database}.exchanges
GROUP BY minute, tenant, provider, model, outcome;

CREATE TABLE IF NOT EXISTS {database}.quarter_costs (
  quarter DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  team LowCardinality(String),
  app LowCardinality(String),
  task LowCardinality(String),
  environment LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  outcome LowCardinality(String),
  request_count SimpleAggregateFunction(sum, UInt64),
  input_token_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_token_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars',
  unpriced_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with tokens but without a price',
  estimated_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with estimated usage',
  total_ms_state AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64),
  first_token_ms_state AggregateFunction(quantilesTDigest(0.5, 0.95, 0.99), UInt64)
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(quarter)
ORDER BY (tenant, quarter, provider, model, team, app, task, environment, outcome)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.quarter_costs_view TO {database}.quarter_costs AS
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  team,
  app,
  task,
  environment,
  provider,
  model,
  outcome,
  count() AS request_count,
  sum(input_tokens) AS input_token_sum,
  sum(output_tokens) AS output_token_sum,
  sum(cost_nanos) AS cost_sum,
  countIf(cost_nanos IS NULL AND (ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)) AS unpriced_count,
  countIf(usage_source = 'estimated') AS estimated_count,
  quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(total_ms), total_ms IS NOT NULL) AS total_ms_state,
  quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(first_token_ms), first_token_ms IS NOT NULL) AS first_token_ms_state
FROM {database}.exchanges
GROUP BY quarter, tenant, team, app, task, environment, provider, model, outcome;
