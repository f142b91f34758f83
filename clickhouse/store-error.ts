// What can go wrong with the database, sorted by what the caller should do about it, and said for a reader who has to act.

/**
 * `poison`: the content is at fault, the same bytes will never go in. `full`: no disk space; reads go on.
 * `unavailable`: everything else; the same call may succeed later.
 */
export type StoreErrorKind = 'poison' | 'unavailable' | 'full';

export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  /** ClickHouse's error code as digits, or empty when the engine never answered. */
  readonly code: string;

  constructor(kind: StoreErrorKind, message: string, options: { code?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.code = options.code ?? '';
  }
}

// https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp: those that only the bytes of an insert
// can cause.
const poisonCodes = new Set([
  '6', // CANNOT_PARSE_TEXT
  '25', // CANNOT_PARSE_ESCAPE_SEQUENCE
  '26', // CANNOT_PARSE_QUOTED_STRING
  '27', // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  '33', // CANNOT_READ_ALL_DATA
  '38', // CANNOT_PARSE_DATE
  '41', // CANNOT_PARSE_DATETIME
  '53', // TYPE_MISMATCH
  '69', // ARGUMENT_OUT_OF_BOUND
  '70', // CANNOT_CONVERT_TYPE
  '72', // CANNOT_PARSE_NUMBER
  '117', // INCORRECT_DATA
  '128', // TOO_LARGE_ARRAY_SIZE
  '130', // CANNOT_READ_ARRAY_FROM_TEXT
  '131', // TOO_LARGE_STRING_SIZE
  '137', // UNKNOWN_ELEMENT_IN_ENUM / nested element
  '190', // SIZES_OF_ARRAYS_DONT_MATCH
  '306', // TOO_DEEP_RECURSION
  '321', // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  '349', // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  '376', // CANNOT_PARSE_UUID
  '467', // CANNOT_PARSE_BOOL
]);

const networkAdvice =
  'Is the server up and CLICKHOUSE_URL right? Segments wait on disk and go in when it answers again.';

/**
 * Sorts whatever the engine or the network threw. Works by `code` and text, never by class: the embedded engine throws
 * the error class of another copy of the client library.
 */
export function toStoreError(thrown: unknown, doing: string): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const cause = thrown as { message?: unknown; code?: unknown };
  const message = typeof cause?.message === 'string' ? cause.message : String(thrown);
  const given = typeof cause?.code === 'string' || typeof cause?.code === 'number' ? String(cause.code) : '';
  const code = /^\d+$/.test(given) ? given : (/\bCode: (\d+)/.exec(message)?.[1] ?? '');
  const found = message.replace(/\s+/g, ' ').slice(0, 500);

  if (code === '243' || /No space left on device|ENOSPC/.test(message)) {
    const advice = 'Free disk space or shorten collector.retentionDays; nothing is lost, reading goes on.';
    return new StoreError('full', `${doing}: no disk space left for ClickHouse (${found}). ${advice}`, { code, cause });
  }
  if (poisonCodes.has(code)) {
    return new StoreError('poison', `${doing}: ClickHouse cannot read the content: ${found}`, { code, cause });
  }
  if (code !== '') return new StoreError('unavailable', `${doing}: ClickHouse refused: ${found}`, { code, cause });
  return new StoreError('unavailable', `${doing}: ClickHouse did not answer (${found}). ${networkAdvice}`, { cause });
}
