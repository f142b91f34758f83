-- What was said, apart from the row that counts it: lists never touch it, and it lives shorter.

CREATE TABLE IF NOT EXISTS {database}.bodies (
  ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  id UUID,
  tenant LowCardinality(String),
  request_body String CODEC(ZSTD(3)),
  response_body String CODEC(ZSTD(3)),
  answer String COMMENT 'JSON: Answer; empty when there is none' CODEC(ZSTD(3))
) ENGINE = MergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, toStartOfHour(ts), ts, id)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.bodies_view TO {database}.bodies AS
SELECT
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  id,
  attribution.tenant AS tenant,
  requestBody AS request_body,
  responseBody AS response_body,
  answer
FROM {database}.incoming
WHERE kind = 'exchange' AND (requestBody != '' OR responseBody != '' OR answer != '');
