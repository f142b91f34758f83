-- What happened beside the exchanges: keys made, secrets opened, budgets reached. An event that its sender had to send again
-- stands here twice until a merge: readers take one row per id.

ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS tenant String;
ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS actor String;
ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS action String;
ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS subject String;
ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS detail Map(String, String);

CREATE TABLE IF NOT EXISTS {database}.audit_events (
  ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  id UUID,
  boot LowCardinality(String) COMMENT 'of the proxy or collector that wrote it down',
  tenant LowCardinality(String),
  actor String CODEC(ZSTD(1)),
  action LowCardinality(String),
  subject String CODEC(ZSTD(1)),
  detail Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  INDEX by_subject subject TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (tenant, ts, id)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.audit_events_view TO {database}.audit_events AS
SELECT
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  id,
  boot,
  tenant,
  actor,
  action,
  subject,
  detail
FROM {database}.incoming
WHERE kind = 'event';
