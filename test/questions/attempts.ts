// Exchanges with several attempts each, from a seed, and what the questions about attempts should find in them, worked out
// in plain TypeScript from the records alone.
import type { Attempt } from '../../contract/attempt.ts';
import { AttemptKind } from '../../contract/attempt.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { Filters } from '../../contract/questions/window.ts';
import type { FailureClass } from '../../contract/words.ts';
import { attempt } from '../clickhouse/records.ts';
import { fieldOf, sumOrNull } from './model.ts';
import { random, start, syntheticRecords } from './synthetic.ts';

const statuses = [null, 200, 200, 400, 401, 403, 404, 408, 413, 422, 429, 429, 500, 502, 503, 504, 529];
const codes = ['', '', '', 'SIGHTLINE_UPSTREAM_TIMEOUT', 'SIGHTLINE_STREAM_IDLE', 'SIGHTLINE_UPSTREAM_RESET'];
const providers = ['openai', 'anthropic', 'google'];

/** Twelve days of calm with a failure here and there, and two hours in which `anthropic` fails most of the time. */
export function recordsWithAttempts(count: number, seed: number): ExchangeRecord[] {
  const draw = random(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(draw() * values.length)]!;
  return syntheticRecords(count, seed).map((record, index) => {
    const startedAt = index % 3 === 0 ? bad.from + Math.floor(draw() * (bad.to - bad.from)) : record.startedAt;
    const isBad = startedAt >= bad.from && startedAt < bad.to;
    const attempts: Attempt[] = [];
    for (let number = 1; number <= 1 + Math.floor(draw() * 3); number++) {
      const provider = pick(providers);
      const fails = draw() < (!isBad ? 0.09 : provider === bad.provider ? 0.7 : 0.01);
      attempts.push({
        ...attempt(number, provider, pick(['alpha', 'beta', 'gamma'])),
        kind: number === 1 ? 'first' : pick(AttemptKind.options.filter((kind) => kind !== 'first')),
        startedAtMs: number * 400,
        firstByteMs: draw() < 0.9 ? 5 + Math.floor(draw() * 900) : null,
        outcome: fails ? pick(['failed', 'failed', 'truncated', 'unreachable'] as const) : pick(['success', 'aborted']),
        status: pick(statuses),
        errorCode: pick(codes),
        costNanos: draw() < 0.5 ? Math.floor(draw() * 4e9) : null,
      });
    }
    const last = attempts.at(-1)!;
    const answers = last.outcome === 'success' || last.outcome === 'aborted';
    const id = `${uuidTime(startedAt)}-7${record.id.slice(15)}`;
    return {
      ...{ ...record, id, startedAt, attempts, provider: last.provider },
      outcome: answers ? ('success' as const) : last.outcome,
      errorMessage: answers ? '' : `${last.provider} said no to number ${record.number}`,
    };
  });
}

export const bad = { provider: 'anthropic', from: start + 5 * 86_400_000, to: start + 5 * 86_400_000 + 7_200_000 };

const uuidTime = (at: number): string => {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
};

export interface Tried extends Attempt {
  record: ExchangeRecord;
}

/** Attempts of exchanges that started in the window, as far as the filters let them through. */
export function triedIn(
  records: ExchangeRecord[],
  { from, to }: { from: number; to: number },
  filters: Filters,
): Tried[] {
  const { provider, model, ...others } = filters;
  return records
    .filter((record) => record.startedAt >= from && record.startedAt < to)
    .filter((record) =>
      Object.entries(others).every(
        ([name, value]) => value === undefined || fieldOf(record, name as keyof Filters) === value,
      ),
    )
    .flatMap((record) => record.attempts.map((one) => ({ ...one, record })))
    .filter((one) => provider === undefined || one.provider === provider)
    .filter(
      (one) =>
        model === undefined ||
        one.model === model ||
        (fieldOf(one.record, 'model') === model && one.record.provider === one.provider),
    );
}

/** Null where the attempt did not fail. */
export function failureOf({ outcome, status, errorCode }: Attempt): FailureClass | null {
  if (!['failed', 'truncated', 'unreachable'].includes(outcome)) return null;
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 402 || status === 403) return 'credentials';
  if (status === 404) return 'not_found';
  if (status === 408 || status === 504) return 'timeout';
  if (errorCode === 'SIGHTLINE_UPSTREAM_TIMEOUT' || errorCode === 'SIGHTLINE_STREAM_IDLE') return 'timeout';
  if (status === 503 || status === 529) return 'overloaded';
  if (status !== null && status >= 500) return 'server_error';
  if (status !== null && status >= 400) return 'rejected';
  if (outcome === 'truncated') return 'broken_off';
  return outcome === 'unreachable' ? 'unreachable' : 'server_error';
}

export const speaksAgainst = (one: Attempt): boolean => ![null, 'rejected'].includes(failureOf(one));

export function countsByClass(tried: Attempt[]): Record<string, number> {
  const failures = tried.map(failureOf).filter((failure) => failure !== null);
  return Object.fromEntries([...Map.groupBy(failures, (failure) => failure)].map(([name, all]) => [name, all.length]));
}

/** As the answers write money: a decimal string, null when nothing is known. */
export function costOf(tried: Attempt[]): string | null {
  const cost = sumOrNull(tried.map((one) => one.costNanos));
  return cost === null ? null : String(cost);
}
