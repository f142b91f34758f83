-- What /readyz writes and reads to know that the database really takes rows.

CREATE TABLE IF NOT EXISTS {database}.probes (
  at DateTime('UTC') DEFAULT now('UTC'),
  token String
) ENGINE = MergeTree
ORDER BY at
TTL at + INTERVAL 1 DAY;
