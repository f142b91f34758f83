-- What proves that nothing is missing: every sealed segment with its boot's counters so far, and every counted gap.

CREATE TABLE IF NOT EXISTS {database}.segments (
  boot LowCardinality(String),
  segment String CODEC(ZSTD(1)),
  sequence UInt64,
  sealed_at DateTime64(3, 'UTC'),
  records UInt64 COMMENT 'lines before the seal',
  recovered Bool COMMENT 'sealed by a later boot, after the proxy died',
  started UInt64,
  complete UInt64,
  partial UInt64,
  gap UInt64,
  open UInt64,
  recorded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree
PARTITION BY toYYYYMM(sealed_at)
ORDER BY (boot, sequence)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.segments_view TO {database}.segments AS
SELECT
  boot,
  segment,
  sequence,
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS sealed_at,
  records,
  recovered,
  counters.started AS started,
  counters.complete AS complete,
  counters.partial AS partial,
  counters.gap AS gap,
  counters.open AS open
FROM {database}.incoming
WHERE kind = 'seal';

CREATE TABLE IF NOT EXISTS {database}.gaps (
  boot LowCardinality(String),
  ts DateTime64(3, 'UTC') COMMENT 'start of the first exchange lost',
  until DateTime64(3, 'UTC') COMMENT 'start of the last exchange lost',
  lost UInt64,
  reason LowCardinality(String),
  segment String CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (ts, boot)
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.gaps_view TO {database}.gaps AS
SELECT
  boot,
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  fromUnixTimestamp64Milli(least(greatest(incoming.until, 0), 3600000000000), 'UTC') AS until,
  incoming.count AS lost,
  reason,
  segmentName AS segment
FROM {database}.incoming AS incoming
WHERE kind = 'gap';
