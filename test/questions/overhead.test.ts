// What the sidecar adds, asked over HTTP of a real store, against the same worked out in plain TypeScript.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OverheadAnswer } from '../../contract/questions/overhead.ts';
import { recordsWithAttempts } from './attempts.ts';
import { type House, openHouse } from './house.ts';
import { isPercentile } from './model.ts';
import { end, start, toSegments } from './synthetic.ts';

const records = recordsWithAttempts(900, 20_261_125).map((record, at) => ({
  ...record,
  overheadMicros: at % 7 === 0 ? null : 200 + ((at * 37) % 900),
}));
const isError = ['failed', 'truncated', 'unreachable', 'refused'];
let house: House;

beforeAll(async () => {
  house = await openHouse(() => end);
  for (const segment of toSegments(records, 600)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

const ask = (from: number, to: number, more = '') =>
  house.ask<OverheadAnswer>(`/api/overhead?from=${from}&to=${to}${more}`);
const middle = Math.round((start + end) / 2);
const inside = (from: number, to: number) => records.filter(({ startedAt: at }) => at >= from && at < to);

test.each([
  ['all of it', start, end + 1],
  ['the first half', start, middle],
  ['a time before anything happened', start - 1000, start - 500],
])('%s: overhead, errors and further attempts, together and by provider', async (_claim, from, to) => {
  const { all, providers } = await ask(from, to);
  const those = inside(from, to);
  const micros = those.map(({ overheadMicros }) => overheadMicros);
  expect(all).toMatchObject({
    exchanges: those.length,
    errors: those.filter(({ outcome }) => isError.includes(outcome)).length,
    measured: micros.filter((one) => one !== null).length,
  });
  expect(isPercentile(all.p50Micros, 0.5, micros)).toBe(true);
  expect(isPercentile(all.p95Micros, 0.95, micros)).toBe(true);
  const tried = those.flatMap(({ attempts }) => attempts).filter(({ kind }) => kind !== 'shadow');
  expect(all.attempts).toBe(tried.length);
  expect(all.furtherAttempts).toBe(tried.filter(({ kind }) => kind !== 'first').length);
  const sum = (field: 'exchanges' | 'errors' | 'attempts' | 'furtherAttempts') =>
    providers.reduce((total, row) => total + row[field], 0);
  for (const field of ['exchanges', 'errors', 'attempts', 'furtherAttempts'] as const)
    expect(sum(field)).toBe(all[field]);
});

test('what is not known is null', async () => {
  const { all } = await ask(start - 1000, start - 500);
  expect([all.p50Micros, all.p95Micros, all.p99Micros]).toEqual([null, null, null]);
});

test('one provider alone, by a filter', async () => {
  const { providers } = await ask(start, end + 1, '&provider=openai');
  expect(providers.map(({ provider }) => provider)).toEqual(['openai']);
  expect(providers[0]?.exchanges).toBe(records.filter(({ provider }) => provider === 'openai').length);
});
