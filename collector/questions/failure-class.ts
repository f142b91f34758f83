// What an attempt failed of, as SQL over the columns of attempts. The rollup quarter_attempts has the same rule written
// into its migration; a test asks both and holds them against a third telling in plain TypeScript.
import { FailureClass } from '../../contract/words.ts';

/** One of FailureClass; '' where the attempt did not fail. */
export const failureClass = `multiIf(
  outcome NOT IN ('failed', 'truncated', 'unreachable'), '',
  status = 429, 'rate_limited',
  status IN (401, 402, 403), 'credentials',
  status = 404, 'not_found',
  status IN (408, 504) OR endsWith(error_code, '_UPSTREAM_TIMEOUT') OR endsWith(error_code, '_STREAM_IDLE'), 'timeout',
  status IN (503, 529), 'overloaded',
  status >= 500, 'server_error',
  status >= 400, 'rejected',
  outcome = 'truncated', 'broken_off',
  outcome = 'unreachable', 'unreachable',
  'server_error')`;

export const didNotFail = "outcome NOT IN ('failed', 'truncated', 'unreachable')";

/** True for attempts of all classes but `rejected`: the same as above without making a word for each of millions of rows. */
export const failedByProvider = `(NOT ${didNotFail} AND (ifNull(status, 0) NOT BETWEEN 400 AND 499
  OR status IN (401, 402, 403, 404, 408, 429) OR endsWith(error_code, '_UPSTREAM_TIMEOUT') OR endsWith(error_code, '_STREAM_IDLE')))`;

/** True for the classes that speak against the provider: all but the request's own fault. */
export const speaksAgainst = (failure: string): string => `${failure} NOT IN ('', 'rejected')`;

/** Counts per class from a Map(String, UInt64), whose values come as strings. */
export function failureCounts(classes: Record<string, string | number>): Partial<Record<FailureClass, number>> {
  const counts: Partial<Record<FailureClass, number>> = {};
  for (const name of FailureClass.options) if (Number(classes[name] ?? 0) > 0) counts[name] = Number(classes[name]);
  return counts;
}
