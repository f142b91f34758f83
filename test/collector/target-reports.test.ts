// The live health of targets: what a proxy reports is what an API consumer sees, for as long as the proxy is heard.
import { describe, expect, test } from 'vitest';
import type { TargetsAnswer } from '../../contract/questions/targets.ts';
import type { TargetReport, TargetState } from '../../contract/target-report.ts';
import { quietCollector } from './quiet-collector.ts';

const target = (changes: Partial<TargetState> = {}): TargetState => ({
  ...{ provider: 'openai', model: 'm', key: '0', region: '', breaker: 'closed', coolingForMs: null, headroom: null },
  ...{ inFlight: 0, concurrencyLimit: null, success: null, factor: 1 },
  ...{ firstTokenP50Ms: null, firstTokenP95Ms: null, tokensPerSecond: null },
  ...changes,
});

async function open(changes: Parameters<typeof quietCollector>[0] = {}) {
  const time = { now: 1_000_000 };
  const app = await quietCollector(changes, { clock: () => time.now });
  const tell = (boot: string, report: TargetReport | object, headers = {}) =>
    app.inject({ method: 'PUT', url: `/v1/targets/${boot}`, payload: report, headers });
  const ask = async (): Promise<TargetsAnswer> => (await app.inject('/api/targets')).json();
  return { app, time, tell, ask };
}

describe('GET /api/targets', () => {
  test('shows the latest report of every proxy', async () => {
    const { tell, ask, time } = await open();
    await tell('proxyproxy02', { targets: [target({ provider: 'old' })] });
    await tell('proxyproxy01', { targets: [target({ headroom: 0.2, inFlight: 3 })] });
    time.now += 5000;
    await tell('proxyproxy02', { targets: [target({ breaker: 'open', factor: 0 })] });
    expect(await ask()).toMatchObject({
      at: 1_005_000,
      proxies: [
        { boot: 'proxyproxy01', reportedAt: 1_000_000, targets: [{ headroom: 0.2, inFlight: 3, success: null }] },
        { boot: 'proxyproxy02', reportedAt: 1_005_000, targets: [{ provider: 'openai', breaker: 'open' }] },
      ],
    });
  });

  test('counts a cool-down by the collector’s own clock, and down to its end', async () => {
    const { tell, ask, time } = await open();
    await tell('proxyproxy01', { targets: [target({ coolingForMs: 20_000 })] });
    expect((await ask()).proxies[0]!.targets[0]!.coolingUntil).toBe(1_020_000);
    time.now += 20_000;
    expect((await ask()).proxies[0]!.targets[0]!.coolingUntil).toBeNull();
  });

  test('forgets a proxy after a minute of silence', async () => {
    const { tell, ask, time } = await open();
    await tell('proxyproxy01', { targets: [target()] });
    time.now += 60_000;
    expect((await ask()).proxies).toHaveLength(1);
    time.now += 1;
    expect((await ask()).proxies).toEqual([]);
  });

  test('is empty before anybody has reported', async () => {
    const { ask } = await open();
    expect(await ask()).toEqual({ at: 1_000_000, proxies: [] });
  });
});

describe('PUT /v1/targets/:boot', () => {
  test('asks for the ingest key, not for the dashboard’s', async () => {
    const { tell, app } = await open({ ingestKey: 'in', accessKey: 'sesame' });
    const report = { targets: [target()] };
    expect((await tell('proxyproxy01', report)).statusCode).toBe(401);
    expect((await tell('proxyproxy01', report, { authorization: 'Bearer sesame' })).statusCode).toBe(401);
    expect((await tell('proxyproxy01', report, { authorization: 'Bearer in' })).statusCode).toBe(200);
    expect((await app.inject('/api/targets')).statusCode).toBe(401);
  });

  test.each([
    ['a boot that is none', 'No-Boot', { targets: [] }],
    ['a report without targets', 'proxyproxy01', {}],
    ['shares beyond one', 'proxyproxy01', { targets: [target({ headroom: 2 })] }],
    ['more targets than are ever reported', 'proxyproxy01', { targets: Array.from({ length: 201 }, () => target()) }],
  ])('refuses %s', async (_, boot, report) => {
    const { tell, ask } = await open();
    const answer = await tell(boot, report);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'question_invalid' } });
    expect((await ask()).proxies).toEqual([]);
  });

  test('keeps two hundred proxies, those heard last', async () => {
    const { tell, ask } = await open();
    for (let number = 0; number < 205; number++) await tell(`proxy${String(number).padStart(5, '0')}`, { targets: [] });
    const { proxies } = await ask();
    expect([proxies.length, proxies[0]!.boot]).toEqual([200, 'proxy00005']);
  });
});
