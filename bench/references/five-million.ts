// Fills a store with exchanges made inside ClickHouse, so that five million take minutes: tasks that belong to apps, apps
// that belong to teams, a few models per task, days with a busy noon, latencies with a long tail. A process of its own,
// because the embedded store belongs to one process: DATA, RECORDS, DAYS and UNTIL come from the environment.
import { openEmbeddedEngine } from '../../clickhouse/embedded-engine.ts';
import { migrate } from '../../clickhouse/migrate.ts';
import { migrationsDirectory, readMigrations } from '../../clickhouse/migration-files.ts';
import { applyRetention } from '../../clickhouse/retention.ts';

const { DATA = '', RECORDS = '', DAYS = '', UNTIL = '' } = process.env;
const [records, days, until] = [Number(RECORDS), Number(DAYS), Number(UNTIL)];
const database = 'sightline';
const perSegment = 20;
/** Inserts per day: parts like those of a store that has run and merged, not one perfect part a day. */
const insertsPerDay = 4;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Columns that several tables need, each a function of `n` alone, so that an exchange is the same in all of them. */
const drawn = (fromNumber: number, count: number): string => `
  SELECT number + 1 AS n, cityHash64(n, 1) AS dice, dice % 1000 AS permille, cityHash64(n, 2) AS more,
    ${until - days * 86_400_000} AS first_ms, intDiv((n - 1) * ${days * 86_400_000}, ${records}) AS even_ms,
    intDiv(even_ms, 86400000) * 86400000 AS day_ms, (even_ms - day_ms) / 86400000 AS share,
    toInt64(first_ms + day_ms + 86400000 * (share - 0.11 * sin(2 * pi() * share))) AS at_ms,
    toUInt8(least(23, intDiv(dice % 576, 24) * (intDiv(dice, 1024) % 576) / 575)) AS task_n,
    toUInt8(intDiv(task_n, 2)) AS app_n, toUInt8(intDiv(app_n, 3)) AS team_n,
    toUInt8((task_n + [0, 0, 0, 0, 0, 0, 3, 3, 3, 5][1 + more % 10]) % 9) AS model_n,
    ['gpt-5.6-luna', 'gpt-5.6-terra', 'claude-opus-5', 'claude-sonnet-5', 'gemini-3-pro', 'gemini-3-flash', 'mistral-large-4', 'deepseek-v4', 'llama-4'][1 + model_n] AS model_s,
    ['openai', 'openai', 'anthropic', 'anthropic', 'google', 'google', 'mistral', 'deepseek', 'house'][1 + model_n] AS provider_s,
    multiIf(permille < 940, 'success', permille < 965, 'aborted', permille < 985, 'failed', permille < 993, 'truncated', permille < 998, 'unreachable', 'refused') AS outcome_s,
    toUInt64(300 + 40 * model_n + exp(4 + 4 * pow((more % 100000) / 100000, 2))) AS taken_ms,
    toUInt64(200 + intDiv(dice, 7) % 4000) AS input_n, toUInt64(20 + intDiv(more, 7) % 900) AS output_n,
    concat('bootnumber', leftPad(toString(intDiv(day_ms, 86400000)), 2, '0')) AS boot_s,
    intDiv(n - 1, ${perSegment}) AS segment_n,
    leftPad(hex(at_ms), 16, '0') AS at_x, leftPad(hex(dice), 16, '0') AS dice_x,
    toUUID(concat(substring(at_x, 5, 8), '-', substring(at_x, 13, 4), '-7', substring(dice_x, 14, 3), '-8', substring(dice_x, 11, 3), '-', leftPad(hex(n), 12, '0'))) AS id_u
  FROM numbers(${fromNumber}, ${count})`;

const words = (salt: number): string =>
  `arrayStringConcat(arrayMap(i -> substring(base64Encode(reinterpretAsString(cityHash64(toUInt64(exp2((cityHash64(n, i, ${salt}) % 1300) / 100)), 9))), 1, 2 + cityHash64(n, i) % 7), range(24)), ' ')`;

const exchanges = (rows: string): string => `INSERT INTO ${database}.exchanges (ts, id, boot, number, tenant, team, app,
  environment, user, task, session, trace_id, span_id, method, path, dialect, operation, provider, model, requested_model,
  response_model, response_id, stream, passthrough, client, outcome, http_status, error_code, finish, finish_raw,
  input_tokens, output_tokens, input_uncached, output_text, total_tokens, usage_raw, usage_source, cost_nanos, cost_source,
  price_version, total_ms, first_byte_ms, first_token_ms, overhead_micros, attempt_count, capture, request_bytes,
  response_bytes, request_preview, response_preview, segment)
SELECT fromUnixTimestamp64Milli(at_ms, 'UTC'), id_u, boot_s, n, 'default', concat('team-', toString(team_n)),
  concat('app-', toString(app_n)), if(intDiv(more, 64) % 100 < 88, 'production', 'staging'),
  concat('user-', toString(intDiv(dice, 32) % 40000)), concat('task-', toString(task_n)),
  concat('session-', toString(intDiv(n, 6))), toFixedString(reinterpretAsString(bitXor(toUInt128(dice), bitShiftLeft(toUInt128(more), 64))), 16),
  toFixedString('', 8), 'POST', '/v1/chat/completions', if(provider_s = 'anthropic', 'anthropic-messages', 'openai-chat'),
  'chat', provider_s, model_s, model_s, model_s, concat('answer-', hex(dice)), more % 3 = 0, false, 'openai-node/7.55.0',
  outcome_s, if(outcome_s IN ('unreachable', 'aborted'), NULL, if(outcome_s = 'failed', 500, 200)), '',
  if(outcome_s = 'success', 'stop', NULL), '', if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, input_n),
  if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, output_n), if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, input_n),
  if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, output_n), if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, input_n + output_n),
  NULL, if(outcome_s IN ('failed', 'unreachable', 'refused'), NULL, 'reported'),
  if(outcome_s IN ('failed', 'unreachable', 'refused') OR model_n = 8, NULL, input_n * 2500 + output_n * 10000), 'computed', 'bench@1',
  taken_ms, intDiv(taken_ms, 4), if(more % 3 = 0, intDiv(taken_ms, 3), NULL), 350, 1, 'full', 2100, 900,
  ${words(3)}, ${words(4)}, concat(boot_s, '-', leftPad(toString(segment_n), 8, '0'))
FROM (${rows})`;

const attempts = (rows: string): string => `INSERT INTO ${database}.attempts (ts, id, tenant, number, provider, model,
  started_at_ms, first_byte_ms, total_ms, status, outcome, provider_request_id)
SELECT fromUnixTimestamp64Milli(at_ms, 'UTC'), id_u, 'default', 1, provider_s, model_s, 1, intDiv(taken_ms, 4), taken_ms, 200,
  outcome_s, concat('req_', hex(more)) FROM (${rows})`;

const bodies = (
  rows: string,
): string => `INSERT INTO ${database}.bodies (ts, id, tenant, request_body, response_body, answer)
SELECT fromUnixTimestamp64Milli(at_ms, 'UTC'), id_u, 'default', ${words(5)}, ${words(6)}, '' FROM (${rows})`;

const segments = `INSERT INTO ${database}.segments (boot, segment, sequence, sealed_at, records, recovered, started, complete,
  partial, gap, open)
SELECT boot_s, concat(boot_s, '-', leftPad(toString(segment_n), 8, '0')), row_number() OVER (PARTITION BY boot_s ORDER BY segment_n) - 1,
  fromUnixTimestamp64Milli(max(at_ms), 'UTC'), count(), false, sum(count()) OVER (PARTITION BY boot_s ORDER BY segment_n) AS so_far,
  so_far, 0, 0, 0
FROM (${drawn(0, records)}) GROUP BY boot_s, segment_n`;

const engine = await openEmbeddedEngine({ dataDirectory: `${DATA}/clickhouse`, pid: process.pid });
const steps = await readMigrations(migrationsDirectory);
await migrate({ engine, database, cluster: '', steps, onProblem: say });
await applyRetention(engine, { database, cluster: '' }, { exchanges: 90, bodies: 30, rollups: 730 });
const inserts = days * insertsPerDay;
for (let turn = 0; turn < inserts; turn++) {
  const from = Math.floor((records * turn) / inserts);
  const rows = drawn(from, Math.floor((records * (turn + 1)) / inserts) - from);
  await engine.command(exchanges(rows));
  await engine.command(attempts(rows));
  if (turn >= inserts - insertsPerDay) await engine.command(bodies(rows));
  if ((turn + 1) % (insertsPerDay * 5) === 0) say(`day ${(turn + 1) / insertsPerDay} of ${days}`);
}
await engine.command(segments);
await engine.close();
