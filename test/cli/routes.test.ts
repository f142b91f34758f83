// `sightline routes try` as its users meet it: a process that asks a real collector.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decision } from '../../contract/decision.ts';
import { exchange } from '../clickhouse/records.ts';
import { folderWith, load } from '../configuration/folder.ts';
import { type House, openHouse } from '../questions/house.ts';
import { toSegments, uuidv7 } from '../questions/synthetic.ts';
import { freePorts, sightline } from './run.ts';

const file = { providers: { left: { dialect: 'openai', baseUrl: 'http://left.internal/v1' } } };
const now = Date.now();
const decision: Decision = {
  ...{ route: 'old', strategy: 'fixed', kind: 'pinned', unit: '', draw: null, weightsVersion: '', meaning: null },
  ...{ candidates: [], plan: [] },
};
const records = Array.from({ length: 12 }, (_, at) => {
  const startedAt = now - (at + 1) * 3_600_000;
  return exchange(at + 1, { id: uuidv7(startedAt, at + 1), startedAt, decision, requestedModel: 'smart' });
});
const good = { name: 'all', match: { model: 'smart' }, targets: [{ provider: 'left', model: 'm' }] };

let house: House;
beforeAll(async () => {
  house = await openHouse();
  for (const segment of toSegments(records, 100)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

async function trying(routes: unknown, ...argv: string[]) {
  const { providers } = load({ file });
  const app = await house.another({ accessKey: 'open' }, { providers });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const cwd = folderWith({ 'routes.json': routes, 'sightline.config.json': { collector: { accessKey: 'open' } } });
  return sightline(['routes', 'try', 'routes.json', '--collector', url, ...argv], { cwd });
}

test('prints what would happen on stdout and how far it is on stderr', async () => {
  const { code, out, err } = await trying([good]);
  expect([code, err]).toEqual([0, '12 of 12 recorded decisions taken again\n']);
  expect(out).toContain('12 recorded decisions of the last 7d. Nothing was switched on.');
  expect(out).toMatch(/^all +12 +100\.0%$/m);
  expect(out).toMatch(/^left\/m +0\.0% +100\.0% +0 +12$/m);
  expect(out).toContain('Expected cost after:  —, and 12 requests of unknown cost');
});

test('takes a whole configuration, a span and --json', async () => {
  const { code, out } = await trying({ ...file, routes: [good] }, '--since', '5h', '--json');
  expect(code).toBe(0);
  const answer = JSON.parse(out);
  expect(answer.replayed).toBeGreaterThanOrEqual(4);
  expect(answer.replayed).toBeLessThanOrEqual(5);
  expect(answer.targets).toEqual([{ provider: 'left', model: 'm', before: 0, after: answer.replayed }]);
});

test('says all that is wrong with the routes, and ends with 1', async () => {
  const { code, out, err } = await trying([{ ...good, targets: [{ provider: 'lfet', model: 'm' }] }]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/One problem.*routes\[0\]\.targets\[0\]\.provider.*Did you mean "left"\?/s);
});

test('says so when no collector answers', async () => {
  const cwd = folderWith({ 'routes.json': [good] });
  const [port] = await freePorts(1);
  const { code, err } = await sightline(['routes', 'try', 'routes.json', '--collector', `http://127.0.0.1:${port}`], {
    cwd,
  });
  expect(code).toBe(1);
  expect(err).toContain('No collector answers at');
});
