-- What the operator sets beside the configuration: keys, sealed secrets, budgets, purges. Nothing is changed or deleted here:
-- the row with the largest version of each (kind, id) is in force, and `deleted` says that there is nothing any more. Written
-- a few times a day and asked for as a whole, so it stays small and is never partitioned.
-- Each write is on the disk before it is answered: a key that was shown must still hold after the power came back.

CREATE TABLE IF NOT EXISTS {database}.documents (
  kind LowCardinality(String),
  id String,
  version UInt64 COMMENT 'epoch milliseconds, or one more than the version before where that is later',
  body String COMMENT 'JSON; empty where deleted' CODEC(ZSTD(3)),
  deleted Bool,
  written_at DateTime64(3, 'UTC'),
  writer String COMMENT 'which run of which collector'
) ENGINE = MergeTree
ORDER BY (kind, id, version)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
