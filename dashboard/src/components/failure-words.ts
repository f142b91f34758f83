// The classes of failures in one order, with their words and colours, wherever they are shown.
import type { FailureClass } from '../../../contract/words.ts';
import { en } from '../locales/en.ts';

/** One colour per class, the same in every chart; beside its word each time. */
export const failureColours: Record<FailureClass, string> = {
  rate_limited: 'var(--series-1)',
  overloaded: 'var(--series-6)',
  server_error: 'var(--bad)',
  timeout: 'var(--series-5)',
  unreachable: 'var(--series-0)',
  broken_off: 'var(--series-3)',
  credentials: 'var(--series-7)',
  not_found: 'var(--series-4)',
  rejected: 'var(--series-other)',
};
export const failureNames = Object.keys(failureColours) as FailureClass[];

/** The classes that happened, in order. */
export function failureParts(classes: Partial<Record<FailureClass, number>>) {
  return failureNames.flatMap((name) => {
    const count = classes[name] ?? 0;
    return count === 0 ? [] : [{ name, count, text: en.reliability.failures[name], colour: failureColours[name] }];
  });
}
