-- What was not spent: by the cache, per status, and by the choice among targets, per route.
-- Filled from exchanges and decisions once, month by month where they hold nothing yet, and then by their own views.

CREATE TABLE IF NOT EXISTS {database}.quarter_cache (
  quarter DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  team LowCardinality(String),
  app LowCardinality(String),
  environment LowCardinality(String),
  key_id LowCardinality(String),
  task LowCardinality(String),
  provider LowCardinality(String),
  model LowCardinality(String),
  cache_status LowCardinality(String),
  request_count SimpleAggregateFunction(sum, UInt64),
  saved_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars',
  unknown_count SimpleAggregateFunction(sum, UInt64) COMMENT 'of which nobody knows what the answer had cost'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(quarter)
ORDER BY (tenant, quarter, cache_status, provider, model, team, app, key_id, task, environment)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.quarter_cache
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  team,
  app,
  environment,
  key_id,
  task,
  provider,
  model,
  cache_status,
  count() AS request_count,
  sum(saved_nanos) AS saved_sum,
  countIf(saved_nanos IS NULL) AS unknown_count
FROM {database}.exchanges
WHERE cache_status != '' AND NOT has((SELECT groupUniqArray(toYYYYMM(quarter)) FROM {database}.quarter_cache), toYYYYMM(ts))
GROUP BY quarter, tenant, team, app, environment, key_id, task, provider, model, cache_status
SETTINGS insert_deduplication_token = 'quarter_cache from exchanges';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.quarter_cache_view TO {database}.quarter_cache AS
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  team,
  app,
  environment,
  key_id,
  task,
  provider,
  model,
  cache_status,
  count() AS request_count,
  sum(saved_nanos) AS saved_sum,
  countIf(saved_nanos IS NULL) AS unknown_count
FROM {database}.exchanges
WHERE cache_status != ''
GROUP BY quarter, tenant, team, app, environment, key_id, task, provider, model, cache_status;

CREATE TABLE IF NOT EXISTS {database}.quarter_routing (
  quarter DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  route LowCardinality(String),
  task LowCardinality(String),
  decision_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with more than one candidate',
  known_count SimpleAggregateFunction(sum, UInt64) COMMENT 'of which the expected cost of every possible target was known',
  chosen_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'expected nano-dollars at the target that was chosen',
  dearest_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'at the dearest that was possible',
  likeliest_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'at the one with the greatest probability'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(quarter)
ORDER BY (tenant, quarter, route, task)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.quarter_routing
WITH
  JSONExtract(decision, 'candidates', 'Array(Tuple(probability Float64, expectedNanos Nullable(UInt64), excluded Nullable(String)))') AS candidates,
  arrayFilter(candidate -> candidate.excluded IS NULL, candidates) AS possible,
  candidates[JSONExtract(decision, 'plan', 'Array(UInt16)')[1] + 1].expectedNanos AS chosen,
  notEmpty(possible) AND chosen IS NOT NULL AND NOT arrayExists(candidate -> candidate.expectedNanos IS NULL, possible) AS known
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  route,
  task,
  count() AS decision_count,
  countIf(known) AS known_count,
  sum(if(known, chosen, NULL)) AS chosen_sum,
  sum(if(known, arrayReduce('max', possible.expectedNanos), NULL)) AS dearest_sum,
  sum(if(known, arrayReverseSort(candidate -> candidate.probability, possible)[1].expectedNanos, NULL)) AS likeliest_sum
FROM {database}.decisions
WHERE decision_kind != 'cache' AND length(JSONExtractArrayRaw(decision, 'candidates')) > 1 AND notEmpty(JSONExtract(decision, 'plan', 'Array(UInt16)'))
  AND NOT has((SELECT groupUniqArray(toYYYYMM(quarter)) FROM {database}.quarter_routing), toYYYYMM(ts))
GROUP BY quarter, tenant, route, task
SETTINGS insert_deduplication_token = 'quarter_routing from decisions';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.quarter_routing_view TO {database}.quarter_routing AS
WITH
  JSONExtract(decision, 'candidates', 'Array(Tuple(probability Float64, expectedNanos Nullable(UInt64), excluded Nullable(String)))') AS candidates,
  arrayFilter(candidate -> candidate.excluded IS NULL, candidates) AS possible,
  candidates[JSONExtract(decision, 'plan', 'Array(UInt16)')[1] + 1].expectedNanos AS chosen,
  notEmpty(possible) AND chosen IS NOT NULL AND NOT arrayExists(candidate -> candidate.expectedNanos IS NULL, possible) AS known
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  route,
  task,
  count() AS decision_count,
  countIf(known) AS known_count,
  sum(if(known, chosen, NULL)) AS chosen_sum,
  sum(if(known, arrayReduce('max', possible.expectedNanos), NULL)) AS dearest_sum,
  sum(if(known, arrayReverseSort(candidate -> candidate.probability, possible)[1].expectedNanos, NULL)) AS likeliest_sum
FROM {database}.decisions
WHERE decision_kind != 'cache' AND length(JSONExtractArrayRaw(decision, 'candidates')) > 1 AND notEmpty(JSONExtract(decision, 'plan', 'Array(UInt16)'))
GROUP BY quarter, tenant, route, task;
