// Without what stands beside it the proxy goes on, and says so in the answer and in the record.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chain, chatBody, chatText, type FailoverHouse, openFailoverHouse } from './failover-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openFailoverHouse({ routes: [chain('calm', ['one']), chain('away', ['one'])] });
  at.one.respond(chatText('as ever'));
});
afterAll(() => at.close());

it('nothing is said where nothing is away', async () => {
  const said = await at.ask('calm');
  expect(said.headers['x-sightline-degraded']).toBeUndefined();
  expect((await said.record()).degraded).toEqual([]);
});

it('calls go on with the collector and the recording worker away, and the row is marked', async () => {
  const away = vi.spyOn(at.house.recorder, 'degraded').mockReturnValue(['recorder', 'collector']);
  const said = await at.ask('away');
  away.mockRestore();
  expect([said.status, said.text]).toEqual([200, chatBody('as ever')]);
  expect(said.headers['x-sightline-degraded']).toBe('recorder, collector');
  expect((await said.record()).degraded).toEqual(['recorder', 'collector']);
});

it('what passes through is marked, too', async () => {
  const away = vi.spyOn(at.house.recorder, 'degraded').mockReturnValue(['collector']);
  const said = await at.ask('away', { path: '/one/chat/completions' });
  away.mockRestore();
  expect(said.headers['x-sightline-degraded']).toBe('collector');
  expect((await said.record()).degraded).toEqual(['collector']);
});
