// Trying again: at the same target after a pause, with another key of the same provider, within a deadline and a budget.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hang, hangAfter } from '../support/faulty-behaviours.ts';
import {
  attemptsOf,
  chain,
  chatBody,
  chatOpening,
  chatStreamOf,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openFailoverHouse({
    routes: [
      chain('again', ['one'], { retries: 1 }),
      chain('patient', ['one'], { retries: 1 }),
      chain('too-long', ['one'], { retries: 1 }),
      chain('late', ['one', 'two'], { deadlineMs: 300 }),
      chain('late-stream', ['one', 'two'], { deadlineMs: 300 }),
      chain('in-time', ['one'], { deadlineMs: 300, retries: 0 }),
      chain('no-time', ['one'], { deadlineMs: 1000, retries: 1 }),
      chain('spent', ['one', 'two']),
      ...['limited', 'refused', 'all-out'].map((name) => chain(name, [name])),
      chain('mine', ['mine']),
    ],
    configuration: { defaults: { openai: 'mine' } },
    providers: (urls) => {
      const keys = { dialect: 'openai', baseUrl: `${urls.one}/v1`, apiKeys: ['key-a', 'key-b'] };
      const mine = { ...keys, clientKeys: 'prefer' };
      return { limited: keys, refused: keys, 'all-out': keys, mine };
    },
  });
});
afterAll(() => at.close());

describe('the same target', () => {
  it('is asked once more where that can help', async () => {
    at.one.respondOnce(refusal(500), chatText('hello again'));
    const said = await at.ask('again');
    expect([said.text, said.headers['x-sightline-attempts']]).toEqual([chatBody('hello again'), '2']);
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 500 failed', 'retry one 200 success']);
    // It is still who was chosen first.
    expect(record.decision?.kind).toBe('pinned');
  });

  it('is left alone for as long as it asked', async () => {
    at.one.respondOnce(refusal(429, 'slow down', [['retry-after', '1']]), chatText('thank you'));
    const said = await at.ask('patient');
    expect(said.status).toBe(200);
    const [first, second] = (await said.record()).attempts;
    expect(second!.startedAtMs - (first!.startedAtMs + first!.totalMs)).toBeGreaterThanOrEqual(1000);
  });

  it('is not waited for longer than a minute', async () => {
    at.one.respondOnce(refusal(429, 'come back tomorrow', [['retry-after', '3600']]));
    const said = await at.ask('too-long');
    expect([said.status, said.headers['retry-after']]).toEqual([429, '3600']);
    expect((await said.record()).attempts).toHaveLength(1);
  });
});

describe('a deadline', () => {
  it('ends the attempt that is under way and allows no other', async () => {
    at.one.respondOnce(hang());
    const before = at.two.requests.length;
    const said = await at.ask('late');
    expect(said.status).toBe(504);
    expect(JSON.parse(said.text).error.message).toContain('deadlineMs');
    expect(attemptsOf(await said.record())).toEqual(['first one - unreachable']);
    expect(at.two.requests.length).toBe(before);
  });

  it('holds for a stream that only says it has begun', async () => {
    at.one.respondOnce(hangAfter([chatOpening]));
    const said = await at.ask('late-stream', { stream: true });
    expect([said.status, JSON.parse(said.text).error.code]).toEqual([504, 'SIGHTLINE_UPSTREAM_TIMEOUT']);
  });

  it('holds for the last one who could be asked, too', async () => {
    at.one.respondOnce(hangAfter([], [['content-type', 'application/json']]));
    const said = await at.ask('in-time');
    expect(said.status).toBe(504);
    expect(await said.record()).toMatchObject({ outcome: 'truncated', errorCode: 'SIGHTLINE_UPSTREAM_TIMEOUT' });
  });

  it('is not spent on a pause that would outlast it', async () => {
    at.one.respondOnce(refusal(429, 'slow down', [['retry-after', '2']]));
    const said = await at.ask('no-time');
    expect([said.status, said.headers['x-sightline-attempts']]).toEqual([429, '1']);
  });

  it('lets an answer go on that has begun', async () => {
    at.one.respondOnce(chatStreamOf('in time'));
    expect((await at.ask('in-time', { stream: true })).text).toContain('in time');
  });
});

describe('another key of the same provider', () => {
  const keysUsed = (count: number) => at.one.requests.slice(-count).map((one) => one.header('authorization'));

  it('goes when one has been told to slow down, and the rested one is left alone', async () => {
    at.one.respondOnce(refusal(429, 'slow down', [['retry-after', '30']]), chatText('hi'), chatText('hi'));
    const said = await at.ask('limited');
    expect([said.status, said.headers['x-sightline-attempts']]).toEqual([200, '2']);
    expect(attemptsOf(await said.record())).toEqual(['first limited 429 failed', 'rotation limited 200 success']);
    expect((await at.ask('limited')).status).toBe(200);
    expect(keysUsed(3)).toEqual(['Bearer key-a', 'Bearer key-b', 'Bearer key-b']);
  });

  it('goes when one is refused, which is dropped', async () => {
    at.one.respondOnce(refusal(401, 'invalid api key'), chatText('hi'), chatText('hi'), chatText('hi'));
    expect((await at.ask('refused')).status).toBe(200);
    await at.ask('refused');
    await at.ask('refused');
    expect(keysUsed(4)).toEqual(['Bearer key-a', 'Bearer key-b', 'Bearer key-b', 'Bearer key-b']);
  });

  it('is not tried in place of the client’s own', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(refusal(401, 'invalid api key'));
    const said = await at.ask('mine', { headers: { authorization: 'Bearer of-the-client' } });
    expect([said.status, at.one.requests.length - before]).toEqual([401, 1]);
    expect(keysUsed(1)).toEqual(['Bearer of-the-client']);
  });

  it('is not tried where all have been refused: the client hears it', async () => {
    at.one.respondOnce(refusal(401, 'invalid api key'), refusal(401, 'invalid api key'));
    const said = await at.ask('all-out');
    expect(said.status).toBe(401);
    expect(attemptsOf(await said.record())).toEqual(['first all-out 401 failed', 'rotation all-out 401 failed']);
  });
});

it('asks nobody else once a task has used up its share of second tries', async () => {
  // Too long for the first: no fault of its, so that health lets everybody ask again.
  at.one.respond(refusal(400, 'maximum context length is 8192 tokens'));
  at.two.respond(chatText('fits'));
  const before = at.two.requests.length;
  const all = await Promise.all(Array.from({ length: 80 }, () => at.ask('spent')));
  // Thirty in ten seconds are everybody's; a tenth of eighty is less.
  expect(at.two.requests.length - before).toBe(30);
  expect(all.filter(({ status }) => status === 400)).toHaveLength(50);
});
