-- The same sums as quarter_costs in cells of an hour and of a day (UTC), with 1/2 and 1/25 of its rows: months are added up
-- from days, weeks from hours, and only the ends of a window from quarters. Percentiles are why: merging half a million
-- digests takes half a second however fast they are read.
-- Each is filled from quarter_costs once, month by month where it holds nothing yet, and then by its own view; no segment
-- goes in while a collector migrates.

CREATE TABLE IF NOT EXISTS {database}.hour_costs (
  hour DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
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
PARTITION BY toYYYYMM(hour)
ORDER BY (tenant, hour, provider, model, team, app, task, environment, outcome)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.hour_costs
SELECT
  toDateTime(toStartOfHour(quarter, 'UTC'), 'UTC') AS hour,
  tenant,
  team,
  app,
  task,
  environment,
  provider,
  model,
  outcome,
  sum(request_count),
  sum(input_token_sum),
  sum(output_token_sum),
  sum(cost_sum),
  sum(unpriced_count),
  sum(estimated_count),
  quantilesTDigestMergeState(0.5, 0.95, 0.99)(total_ms_state),
  quantilesTDigestMergeState(0.5, 0.95, 0.99)(first_token_ms_state)
FROM {database}.quarter_costs
WHERE NOT has((SELECT groupUniqArray(toYYYYMM(hour)) FROM {database}.hour_costs), toYYYYMM(quarter))
GROUP BY hour, tenant, team, app, task, environment, provider, model, outcome
SETTINGS insert_deduplication_token = 'hour_costs from quarter_costs';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.hour_costs_view TO {database}.hour_costs AS
SELECT
  toDateTime(toStartOfHour(ts, 'UTC'), 'UTC') AS hour,
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
GROUP BY hour, tenant, team, app, task, environment, provider, model, outcome;

CREATE TABLE IF NOT EXISTS {database}.day_costs (
  day DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
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
PARTITION BY toYYYYMM(day)
ORDER BY (tenant, day, provider, model, team, app, task, environment, outcome)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.day_costs
SELECT
  toDateTime(toStartOfDay(quarter, 'UTC'), 'UTC') AS day,
  tenant,
  team,
  app,
  task,
  environment,
  provider,
  model,
  outcome,
  sum(request_count),
  sum(input_token_sum),
  sum(output_token_sum),
  sum(cost_sum),
  sum(unpriced_count),
  sum(estimated_count),
  quantilesTDigestMergeState(0.5, 0.95, 0.99)(total_ms_state),
  quantilesTDigestMergeState(0.5, 0.95, 0.99)(first_token_ms_state)
FROM {database}.quarter_costs
WHERE NOT has((SELECT groupUniqArray(toYYYYMM(day)) FROM {database}.day_costs), toYYYYMM(quarter))
GROUP BY day, tenant, team, app, task, environment, provider, model, outcome
SETTINGS insert_deduplication_token = 'day_costs from quarter_costs';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.day_costs_view TO {database}.day_costs AS
SELECT
  toDateTime(toStartOfDay(ts, 'UTC'), 'UTC') AS day,
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
GROUP BY day, tenant, team, app, task, environment, provider, model, outcome;
