// How the collector says no: one table of codes, each with its status, its sentence and what to do about it.
// Whatever is thrown anywhere ends in `toProblem`, so every error answer is a contract Problem.
import type { Problem } from '../contract/questions/problem.ts';

interface Row {
  status: number;
  message: string;
  fix: string;
}

/** `{name}` in a message or a fix is filled from the detail that goes with the error. */
export const errorTable = {
  question_invalid: {
    status: 400,
    message: '{field}: expected {expected}, found {found}',
    fix: 'Correct this field; /api/openapi.json describes every question.',
  },
  window_invalid: {
    status: 400,
    message: 'the window from {from} to {to} is {problem}',
    fix: 'Give `from` and `to` as epoch milliseconds, `from` before `to`, at most ten years apart.',
  },
  step_invalid: {
    status: 400,
    message: 'a step of {step} seconds {problem}',
    fix: 'Steps longer than a day are whole days (multiples of 86400); choose one that gives at most {most} buckets.',
  },
  body_invalid: {
    status: 400,
    message: 'the body is not what this path takes: {found}',
    fix: 'Send a JSON object with content-type application/json.',
  },
  price_book_invalid: {
    status: 400,
    message: 'the price book that was sent cannot be read: {found}',
    fix: 'Send the data file of genai-prices (prices/new_data/v2/data.json) as `book`.',
  },
  invoice_invalid: {
    status: 400,
    message: 'the invoice cannot be read: {found}',
    fix: 'Send CSV with a header line: a day, a model, and an amount in dollars or token counts; docs/prices.md shows the shapes.',
  },
  routes_invalid: {
    status: 400,
    message: '{found}',
    fix: 'Correct the routes; docs/routing.md has a recipe for every strategy.',
  },
  key_invalid: {
    status: 400,
    message: 'the key was not made: {found}',
    fix: 'Correct it; docs/keys.md says what a key may be bound to.',
  },
  key_unknown: {
    status: 404,
    message: 'no key has the id {id}',
    fix: 'GET /api/keys, or `sightline keys list`, shows the ids.',
  },
  key_ended: {
    status: 409,
    message: 'the key {id} has been revoked or replaced, or has expired, so it cannot be rotated',
    fix: 'Rotate the key that took its place, or make another with POST /api/keys.',
  },
  budget_invalid: {
    status: 400,
    message: 'the budget was not set: {found}',
    fix: 'Correct it; docs/budgets.md says what a budget is made of.',
  },
  budget_unknown: {
    status: 404,
    message: 'there is no budget "{name}"',
    fix: 'GET /api/budgets, or `sightline budgets list`, shows the names.',
  },
  budget_configured: {
    status: 409,
    message: 'the budget "{name}" stands in the configuration and cannot be changed from here',
    fix: 'Change it in sightline.config.json and start Sightline anew, or choose another name.',
  },
  secret_invalid: {
    status: 400,
    message: 'the secret was not stored: {found}',
    fix: 'Correct it; docs/vault.md describes what a secret is.',
  },
  secret_unknown: {
    status: 404,
    message: 'the vault has no secret with the id {id}',
    fix: 'GET /api/secrets, or `sightline vault list`, shows the ids.',
  },
  secret_changed: {
    status: 409,
    message: 'the secret {id} is not what it was when it was read',
    fix: 'Read it again and repeat; `sightline vault rotate` does that by itself.',
  },
  operator_only: {
    status: 403,
    message: 'without an access key this is done from the machine itself alone, and the call came from {address}',
    fix: 'Set collector.accessKey (or SIGHTLINE_ACCESS_KEY) and send it, or call from the machine itself.',
  },
  access_key_required: {
    status: 401,
    message: 'this collector asks for an access key and none was sent',
    fix: 'POST {"key": …} to /api/session, or send "authorization: Bearer <access key>".',
  },
  access_key_wrong: {
    status: 401,
    message: 'the access key is not the one this collector was started with',
    fix: 'Use the value of collector.accessKey (or SIGHTLINE_ACCESS_KEY).',
  },
  access_attempts: {
    status: 429,
    message: 'too many wrong access keys from this address',
    fix: 'Wait a minute, then try again with the right key.',
  },
  session_not_needed: {
    status: 400,
    message: 'this collector has no access key, so there is no session to open',
    fix: 'Set collector.accessKey (or SIGHTLINE_ACCESS_KEY) if the dashboard is to ask for one.',
  },
  host_refused: {
    status: 403,
    message: 'the host name "{host}" is not one this collector answers to',
    fix: 'Open it as localhost or by its address, add the name to collector.hosts, or set collector.accessKey.',
  },
  cross_site: {
    status: 403,
    message: 'a page of another site ({origin}) asked, and pages of other sites are not answered',
    fix: 'Open the dashboard at its own address.',
  },
  path_unknown: {
    status: 404,
    message: 'there is no {method} {path}',
    fix: 'The paths are listed in /api/openapi.json.',
  },
  exchange_unknown: {
    status: 404,
    message: 'no exchange has the id {id}',
    fix: 'It may not have arrived yet (a second or so), or its retention has passed.',
  },
  ingest_key_wrong: {
    status: 401,
    message: 'the ingest key is {found}',
    fix: 'Give the proxy the same ingest key (recording.ingestKey) as the collector (collector.ingestKey).',
  },
  segment_name: {
    status: 400,
    message: '"{name}" is not a segment name',
    fix: 'Name it <boot>-<sequence>, the sequence as eight digits.',
  },
  segment_encoding: {
    status: 400,
    message: 'the content-encoding "{found}" is not known here',
    fix: 'Send the segment as zstd, gzip or without an encoding.',
  },
  segment_broken: {
    status: 422,
    message: 'the body of segment {name} could not be unpacked: {found}',
    fix: 'Send the same segment again, whole.',
  },
  segment_too_large: {
    status: 413,
    message: 'segment {name} is larger than {limit} bytes',
    fix: 'Lower recording.sealAfterBytes or recording.captureBytes of the proxy.',
  },
  segment_incomplete: {
    status: 503,
    message: 'the segment could not be written down: {found}',
    fix: 'Nothing: the proxy keeps it and tries again. If it lasts, check the disk of the data folder.',
  },
  collector_busy: {
    status: 503,
    message: 'too many segments wait for ClickHouse; this one is not taken in yet',
    fix: 'Nothing: the proxy keeps it and tries again. If it lasts, look at /readyz.',
  },
  collector_stopping: {
    status: 503,
    message: 'the collector is shutting down',
    fix: 'Try again when it is back.',
  },
  disk_full: {
    status: 503,
    message: 'the data folder has no room left: {found}',
    fix: 'Free space on its disk or lower the retention; proxies keep their segments meanwhile.',
  },
  store_unavailable: {
    status: 503,
    message: 'the store did not answer: {found}',
    fix: 'See /readyz; with CLICKHOUSE_URL set, check that ClickHouse is up.',
  },
  question_too_heavy: {
    status: 503,
    message: 'the question took more time or memory than a reader may: {found}',
    fix: 'Narrow the window or drop a filter that has no rollup (user, session, text).',
  },
  internal: {
    status: 500,
    message: 'the collector failed to answer: {found}',
    fix: 'Its log says more; please report it.',
  },
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof errorTable;

/** An error with a row in the table. `detail` fills the placeholders of its sentence. */
export class CollectorError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fix: string;
  /** Seconds after which asking again makes sense; null when it does not. */
  readonly retryAfter: number | null;

  constructor(code: ErrorCode, detail: Record<string, string | number> = {}, retryAfter: number | null = null) {
    const row: Row = errorTable[code];
    super(fill(row.message, detail));
    this.name = 'CollectorError';
    this.code = code;
    this.status = row.status;
    this.fix = fill(row.fix, detail);
    this.retryAfter = retryAfter;
  }

  toProblem(): Problem {
    return { error: { code: this.code, message: this.message, fix: this.fix } };
  }
}

function fill(template: string, detail: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in detail ? String(detail[name]) : whole));
}
