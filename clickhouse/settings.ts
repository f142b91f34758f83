// The engine's settings for each role. Set once when a connection opens: on the embedded engine a setting given with one
// call sticks to the connection.

export type Settings = Record<string, string | number>;

const common: Settings = { session_timezone: 'UTC' };

/**
 * Inserts. A segment must reach every table as one block, because a block is the unit of deduplication: hence no
 * splitting by size and no parallel insert. Unpaired surrogates (streams cut inside an emoji) are stored as their escape.
 */
export const writerSettings: Settings = {
  ...common,
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  max_insert_threads: 1,
  // Two threads only fill the tables and rollups side by side. Parsing stays with one: in parallel it refuses a record of more
  // than ten chunks, which would set aside a long exchange as unreadable.
  max_threads: 2,
  max_parsing_threads: 1,
  parallel_view_processing: 1,
  max_insert_block_size: 100_000_000,
  min_insert_block_size_rows: 100_000_000,
  min_insert_block_size_bytes: 2_147_483_648,
  max_partitions_per_insert_block: 0,
  input_format_skip_unknown_fields: 1,
  input_format_null_as_default: 1,
  input_format_json_throw_on_bad_escape_sequence: 0,
  distributed_foreground_insert: 1,
};

/** Questions: nothing but SELECT, and none may take the machine. `readonly` comes last, it forbids further SETs. */
export const readerSettings: Settings = {
  ...common,
  max_execution_time: 10,
  max_memory_usage: 1_500_000_000,
  max_result_rows: 100_000,
  max_threads: 2,
  output_format_json_quote_64bit_integers: 1,
  readonly: 1,
};

export const toSetStatement = (settings: Settings): string =>
  `SET ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`)
    .join(', ')}`;
