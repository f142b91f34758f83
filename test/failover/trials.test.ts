// Canary and experiment: a share of the units goes elsewhere, stays there, and has the route's own targets to fall back on.
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  attemptsOf,
  chain,
  chatBody,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

const newcomer = { provider: 'two', model: 'newcomer' };

let at: FailoverHouse;
beforeAll(async () => {
  at = await openFailoverHouse({
    routes: [
      chain('canary', ['one'], { canary: { percent: 100, unit: 'user', target: newcomer } }),
      chain('caged', ['one'], { canary: { percent: 0, unit: 'user', target: newcomer } }),
      chain('halves', ['one'], {
        experiment: {
          name: 'halves',
          unit: 'user',
          arms: [{ percent: 50, target: { provider: 'two', model: 'arm' } }],
        },
      }),
    ],
  });
});
afterAll(() => at.close());

it('a canary gets its share, and who was asked stands in the decision', async () => {
  at.two.respondOnce(chatText('from the newcomer'));
  const said = await at.ask('canary', { headers: { 'x-sightline-user': 'ada' } });
  expect(said.text).toBe(chatBody('from the newcomer'));
  expect(await said.record()).toMatchObject({ provider: 'two', attempts: [{ kind: 'first', model: 'newcomer' }] });
  at.one.respondOnce(chatText('as ever'));
  expect((await at.ask('caged', { headers: { 'x-sightline-user': 'ada' } })).text).toBe(chatBody('as ever'));
});

it('a canary that fails is replaced by the route’s own target', async () => {
  at.two.respondOnce(refusal(500));
  at.one.respondOnce(chatText('as ever'));
  const said = await at.ask('canary', { headers: { 'x-sightline-user': 'ada' } });
  expect(said.text).toBe(chatBody('as ever'));
  const record = await said.record();
  expect(attemptsOf(record)).toEqual(['first two 500 failed', 'failover one 200 success']);
  // The answer must not count as the newcomer's.
  expect(record.decision?.kind).toBe('failover');
});

it('a user stays in the arm it drew', async () => {
  at.one.respond(chatText('as ever'));
  at.two.respond(chatText('the arm'));
  const arms = new Set<string>();
  for (const user of ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal']) {
    const said = await Promise.all([1, 2, 3].map(() => at.ask('halves', { headers: { 'x-sightline-user': user } })));
    expect(new Set(said.map(({ text }) => text)).size).toBe(1);
    arms.add(said[0]!.text);
  }
  expect(arms.size).toBe(2);
});
