// What the collector says of a request that nobody sends, from what it has recorded.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessDocument } from '../../contract/access/access-document.ts';
import type { EstimateAnswer } from '../../contract/questions/estimate.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { sightline } from '../cli/run.ts';
import { exchange, segmentName, startOf } from '../clickhouse/records.ts';
import { type House, openHouse } from '../questions/house.ts';

const request = { model: 'smart', messages: [{ role: 'user', content: 'Where is my order? It was due on Monday.' }] };

describe('POST /api/estimate', () => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(() => startOf(300));
    const records = Array.from({ length: 60 }, (_, at) =>
      exchange(at + 1, {
        ...{ provider: 'openai', requestedModel: 'smart', responseModel: 'gpt-4o-mini-2024-07-18', outcome: 'success' },
        usage: { ...unknownUsage, inputUncached: 130 + (at % 3), outputText: at === 0 ? 9000 : 100 + at },
        estimate: { inputTokens: 100, countedTokens: 100, outputTokens: null, costNanos: null },
      }),
    );
    await house.deliver(segmentName(1), records);
  });
  afterAll(() => house?.close());

  const ask = async (body: object): Promise<EstimateAnswer> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${house.url}/api/estimate`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return (await answer.json()) as EstimateAnswer;
  };

  it('finds who answers to an alias, and counts as its recorded calls did', async () => {
    const { byTarget, inputTokens, countedTokens, costNanos, explanation } = await ask(request);
    expect(byTarget).toHaveLength(1);
    expect(byTarget[0]).toMatchObject({
      ...{ provider: 'openai', model: 'gpt-4o-mini', ratio: 1.31, samples: 60, outputBasis: 'recorded' },
    });
    expect(inputTokens).toBe(Math.round((countedTokens ?? 0) * 1.31));
    expect(Number(costNanos)).toBeGreaterThan(0);
    expect(explanation).toContain('learned from 60 calls');
  });

  it('takes the limit of the request for the length of the answer, and prices it', async () => {
    const { outputTokens, costNanos, priceVersion, ratio } = await ask({
      ...{ ...request, model: 'gpt-4o', provider: 'openai', max_tokens: 1000 },
    });
    expect([outputTokens, ratio]).toEqual([1000, 1]);
    // 10 dollars a million tokens of answer, and a few tokens of request.
    expect(Number(costNanos)).toBeGreaterThan(10_000_000);
    expect(Number(costNanos)).toBeLessThan(10_200_000);
    expect(priceVersion).toContain('/openai/gpt-4o');
  });

  it('says that it does not know rather than 0', async () => {
    const unknown = await ask({ ...request, model: 'nobody/has-this' });
    expect([unknown.byTarget, unknown.costNanos]).toEqual([[], null]);
    expect(unknown.explanation).toContain('Nobody is known to serve this model.');
    const picture = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const seen = await ask({ model: 'smart', messages: [{ role: 'user', content: [picture] }] });
    expect([seen.inputTokens, seen.countedTokens, seen.costNanos]).toEqual([null, null, null]);
  });

  it('hands what was learned to the proxies', async () => {
    const { ratios } = await house.ask<AccessDocument>('/v1/access');
    expect(ratios).toEqual([{ provider: 'openai', model: 'gpt-4o-mini', ratio: 1.31, samples: 60 }]);
  });

  it('is asked by the command line', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sightline-estimate-'));
    try {
      writeFileSync(path.join(folder, 'request.json'), JSON.stringify(request));
      const run = (...more: string[]) =>
        sightline(['estimate', 'request.json', '--collector', house.url, ...more], { cwd: folder });
      const said = await run();
      expect(said.err).toBe('');
      expect([said.code, said.out]).toEqual([0, expect.stringContaining('openai/gpt-4o-mini')]);
      expect(JSON.parse((await run('--json')).out)).toMatchObject({ samples: 60 });
      writeFileSync(path.join(folder, 'request.json'), '{"messages":[]}');
      const refused = await run();
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('needs a "model"')]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
