-- The same sums by user. A rollup of its own, because users times everything else is as many rows as exchanges; who pays
-- attention to users asks for them by team, app and model.
-- Filled from exchanges once, month by month where it holds nothing yet, and then by its own view.

CREATE TABLE IF NOT EXISTS {database}.quarter_user_spend (
  quarter DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
  tenant LowCardinality(String),
  team LowCardinality(String),
  app LowCardinality(String),
  user String CODEC(ZSTD(1)),
  provider LowCardinality(String),
  model LowCardinality(String),
  request_count SimpleAggregateFunction(sum, UInt64),
  cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars',
  saved_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'nano-dollars that answers from the cache had cost',
  unpriced_count SimpleAggregateFunction(sum, UInt64) COMMENT 'with tokens but without a price',
  unpriced_token_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_uncached_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_read_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_write_5m_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_write_1h_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_audio_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_image_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_text_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_reasoning_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_audio_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_image_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_uncached_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_read_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_write_5m_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_cache_write_1h_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_audio_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  input_image_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_text_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_reasoning_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_audio_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  output_image_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)),
  fee_cost_sum SimpleAggregateFunction(sum, Nullable(UInt64)) COMMENT 'requests, searches, seconds … charged by the thing'
) ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(quarter)
ORDER BY (tenant, quarter, user, provider, model, team, app)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

INSERT INTO {database}.quarter_user_spend
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  team,
  app,
  user,
  provider,
  model,
  count() AS request_count,
  sum(cost_nanos) AS cost_sum,
  sum(saved_nanos) AS saved_sum,
  countIf(cost_nanos IS NULL AND (ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)) AS unpriced_count,
  sum(if(cost_nanos IS NULL, if(coalesce(input_tokens, output_tokens) IS NULL, total_tokens, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)), NULL)) AS unpriced_token_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_uncached, NULL)) AS input_uncached_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_read, NULL)) AS input_cache_read_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_write_5m, NULL)) AS input_cache_write_5m_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_write_1h, NULL)) AS input_cache_write_1h_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_audio, NULL)) AS input_audio_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_image, NULL)) AS input_image_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_text, NULL)) AS output_text_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_reasoning, NULL)) AS output_reasoning_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_audio, NULL)) AS output_audio_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_image, NULL)) AS output_image_sum,
  sum(if(mapContains(bucket_nanos, 'inputUncached'), bucket_nanos['inputUncached'], NULL)) AS input_uncached_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheRead'), bucket_nanos['inputCacheRead'], NULL)) AS input_cache_read_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheWrite5m'), bucket_nanos['inputCacheWrite5m'], NULL)) AS input_cache_write_5m_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheWrite1h'), bucket_nanos['inputCacheWrite1h'], NULL)) AS input_cache_write_1h_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputAudio'), bucket_nanos['inputAudio'], NULL)) AS input_audio_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputImage'), bucket_nanos['inputImage'], NULL)) AS input_image_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputText'), bucket_nanos['outputText'], NULL)) AS output_text_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputReasoning'), bucket_nanos['outputReasoning'], NULL)) AS output_reasoning_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputAudio'), bucket_nanos['outputAudio'], NULL)) AS output_audio_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputImage'), bucket_nanos['outputImage'], NULL)) AS output_image_cost_sum,
  sum(if(empty(mapFilter((bucket, nanos) -> bucket NOT IN ('inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage',
    'outputText', 'outputReasoning', 'outputAudio', 'outputImage'), bucket_nanos)), NULL, arraySum(mapValues(mapFilter((bucket, nanos) -> bucket NOT IN ('inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage',
    'outputText', 'outputReasoning', 'outputAudio', 'outputImage'), bucket_nanos))))) AS fee_cost_sum
FROM {database}.exchanges
WHERE NOT has((SELECT groupUniqArray(toYYYYMM(quarter)) FROM {database}.quarter_user_spend), toYYYYMM(ts))
GROUP BY quarter, tenant, team, app, user, provider, model
SETTINGS insert_deduplication_token = 'quarter_user_spend from exchanges';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.quarter_user_spend_view TO {database}.quarter_user_spend AS
SELECT
  toDateTime(toStartOfFifteenMinutes(ts), 'UTC') AS quarter,
  tenant,
  team,
  app,
  user,
  provider,
  model,
  count() AS request_count,
  sum(cost_nanos) AS cost_sum,
  sum(saved_nanos) AS saved_sum,
  countIf(cost_nanos IS NULL AND (ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)) AS unpriced_count,
  sum(if(cost_nanos IS NULL, if(coalesce(input_tokens, output_tokens) IS NULL, total_tokens, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)), NULL)) AS unpriced_token_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_uncached, NULL)) AS input_uncached_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_read, NULL)) AS input_cache_read_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_write_5m, NULL)) AS input_cache_write_5m_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_cache_write_1h, NULL)) AS input_cache_write_1h_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_audio, NULL)) AS input_audio_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), input_image, NULL)) AS input_image_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_text, NULL)) AS output_text_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_reasoning, NULL)) AS output_reasoning_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_audio, NULL)) AS output_audio_sum,
  sum(if(cache_status NOT IN ('hit', 'shared', 'stale', 'near'), output_image, NULL)) AS output_image_sum,
  sum(if(mapContains(bucket_nanos, 'inputUncached'), bucket_nanos['inputUncached'], NULL)) AS input_uncached_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheRead'), bucket_nanos['inputCacheRead'], NULL)) AS input_cache_read_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheWrite5m'), bucket_nanos['inputCacheWrite5m'], NULL)) AS input_cache_write_5m_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputCacheWrite1h'), bucket_nanos['inputCacheWrite1h'], NULL)) AS input_cache_write_1h_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputAudio'), bucket_nanos['inputAudio'], NULL)) AS input_audio_cost_sum,
  sum(if(mapContains(bucket_nanos, 'inputImage'), bucket_nanos['inputImage'], NULL)) AS input_image_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputText'), bucket_nanos['outputText'], NULL)) AS output_text_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputReasoning'), bucket_nanos['outputReasoning'], NULL)) AS output_reasoning_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputAudio'), bucket_nanos['outputAudio'], NULL)) AS output_audio_cost_sum,
  sum(if(mapContains(bucket_nanos, 'outputImage'), bucket_nanos['outputImage'], NULL)) AS output_image_cost_sum,
  sum(if(empty(mapFilter((bucket, nanos) -> bucket NOT IN ('inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage',
    'outputText', 'outputReasoning', 'outputAudio', 'outputImage'), bucket_nanos)), NULL, arraySum(mapValues(mapFilter((bucket, nanos) -> bucket NOT IN ('inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage',
    'outputText', 'outputReasoning', 'outputAudio', 'outputImage'), bucket_nanos))))) AS fee_cost_sum
FROM {database}.exchanges
GROUP BY quarter, tenant, team, app, user, provider, model;
