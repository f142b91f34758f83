// Every error answer is a Problem from the table, says what was found and what to do.
import { expect, test } from 'vitest';
import { StoreError } from '../../clickhouse/store-error.ts';
import { CollectorError, type ErrorCode, errorTable } from '../../collector/errors.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { pretendedStore, quietCollector } from './quiet-collector.ts';

test('every row of the table has a status, a sentence and a fix', () => {
  for (const [code, row] of Object.entries(errorTable)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.fix.length).toBeGreaterThan(10);
    const error = new CollectorError(code as ErrorCode, { found: 'x' });
    expect(Problem.safeParse(error.toProblem()).success).toBe(true);
  }
});

test.each([
  ['/api/totals?to=2', 'from: expected number, found nothing'],
  ['/api/totals?from=x&to=2', 'from: expected number, found "x"'],
  ['/api/totals?from=1&to=2&outcome=nix', 'outcome: expected one of success, failed'],
  ['/api/totals?from=1&to=2&app=a&app=b', 'app: expected string, found ["a","b"]'],
  ['/api/series?from=1&to=99999&step=61', 'step: expected a multiple of 60, found "61"'],
  ['/api/exchanges?limit=501', 'limit: expected number to be <=500, found "501"'],
  ['/api/exchanges/not-an-id', 'id: expected a valid UUID, found "not-an-id"'],
])('%s says field, expected and found', async (url, message) => {
  const answer = await (await quietCollector()).inject(url);
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error.code).toBe('question_invalid');
  expect(answer.json().error.message).toContain(message);
});

test.each([
  [new StoreError('unavailable', 'Reading: did not answer'), 503, 'store_unavailable'],
  [new StoreError('full', 'Reading: no space'), 503, 'disk_full'],
  [new StoreError('unavailable', 'Reading: refused', { code: '159' }), 503, 'question_too_heavy'],
  [new Error('a bug'), 500, 'internal'],
])('when the store throws %s the answer is %d', async (thrown, status, code) => {
  const heard: string[] = [];
  const store = { ...pretendedStore, read: () => Promise.reject(thrown) };
  const app = await quietCollector({}, { store, onProblem: (message) => heard.push(message) });
  heard.length = 0; // what it found amiss when it began is another matter
  const answer = await app.inject('/api/status');
  expect(answer.statusCode).toBe(status);
  expect(Problem.parse(answer.json()).error.code).toBe(code);
  expect(heard.length).toBe(status === 500 ? 1 : 0);
});

test.each([
  ['POST', '/api/session', '{bad'],
  ['POST', '/api/session', '[]'],
  ['POST', '/api/totals', ''],
  ['DELETE', '/anything', ''],
] as const)('%s %s with %j is a problem, not a stack trace', async (method, url, payload) => {
  const app = await quietCollector({ accessKey: 'sesame' });
  const headers = { authorization: 'Bearer sesame', ...(payload ? { 'content-type': 'application/json' } : {}) };
  const answer = await app.inject({ method, url, payload, headers });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(Problem.safeParse(answer.json()).success).toBe(true);
});
