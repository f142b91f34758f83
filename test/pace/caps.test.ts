// A call that would cost too much is refused before it costs anything, or sent where it costs less.
import { describe, expect, it } from 'vitest';
import { keyedHouse } from '../access/keyed-house.ts';

const question = { max_tokens: 10_000, messages: [{ role: 'user', content: 'Tell me a story about a lighthouse.' }] };

describe('a cap on one call', () => {
  it('refuses what may cost more, and says how much that would be', async () => {
    const house = await keyedHouse({ limits: [{ name: 'no splurging', maxCallUsd: 0.01 }] });
    const { status, code, text, headers } = await house.chat({}, { model: 'openai/gpt-4o', ...question });
    expect([status, code, headers.get('x-should-retry')]).toEqual([402, 'SIGHTLINE_CALL_TOO_DEAR', 'false']);
    expect(JSON.parse(text).error.message).toContain('"no splurging" allows $0.01');
    expect(JSON.parse(text).error.message).toContain('$0.1 at openai/gpt-4o');
    expect(house.openai.calls).toEqual([]);
    const record = await house.record(headers.get('x-sightline-id') ?? '');
    expect(record.estimate?.costNanos).toBeGreaterThan(100_000_000);
    expect((await house.chat({}, { model: 'openai/gpt-4o', ...question, max_tokens: 100 })).status).toBe(200);
  });

  it('sends it to the cheapest target of its route where that is within the cap', async () => {
    const house = await keyedHouse({
      limits: [{ name: 'thrift', maxCallUsd: 0.01, overMaxCall: 'cheapest' }],
      routes: [
        {
          name: 'smart',
          match: { model: 'smart' },
          targets: [
            { provider: 'openai', model: 'gpt-4o', weight: 1000 },
            { provider: 'openai', model: 'gpt-4o-mini', weight: 0.001 },
          ],
        },
      ],
    });
    const { status, headers } = await house.chat({}, { model: 'smart', ...question });
    expect([status, headers.get('x-sightline-model')]).toEqual([200, 'gpt-4o-mini']);
    const record = await house.record(headers.get('x-sightline-id') ?? '');
    expect(record.policies).toEqual(['thrift: cheaper']);
    expect((await house.chat({}, { model: 'smart', ...question, max_tokens: 100_000 })).status).toBe(402);
  });

  it('never falls back on a target that is over it', async () => {
    const house = await keyedHouse({
      limits: [{ name: 'cap', maxCallUsd: 0.01 }],
      routes: [
        {
          name: 'smart',
          match: { model: 'smart' },
          targets: [{ provider: 'other', model: 'our-own' }],
          fallback: [{ provider: 'openai', model: 'gpt-4o' }],
        },
      ],
    });
    house.other.status = 500;
    expect((await house.chat({}, { model: 'smart', ...question })).status).toBe(500);
    expect(house.openai.calls).toEqual([]);
    const { status } = await house.chat({}, { model: 'smart', ...question, max_tokens: 10 });
    expect([status, house.openai.calls.length]).toEqual([200, 1]);
  });

  it('may be lowered by the caller for one call, and not raised', async () => {
    const house = await keyedHouse({ limits: [{ name: 'cap', maxCallUsd: 0.2 }] });
    const cost = (usd: string, tokens: number) =>
      house.chat({ 'x-sightline-max-cost': usd }, { model: 'openai/gpt-4o', ...question, max_tokens: tokens });
    expect((await cost('0.05', 10_000)).code).toBe('SIGHTLINE_CALL_TOO_DEAR');
    expect((await cost('0.15', 10_000)).status).toBe(200);
    expect((await cost('99', 30_000)).code).toBe('SIGHTLINE_CALL_TOO_DEAR');
    expect((await cost('much', 10)).status).toBe(400);
    expect(JSON.stringify(house.openai.calls)).not.toContain('max-cost');
  });

  it('lets pass what nobody can price', async () => {
    const house = await keyedHouse({ limits: [{ name: 'cap', maxCallUsd: 0.000001 }] });
    expect((await house.chat({}, { model: 'openai/a-model-of-our-own', ...question })).status).toBe(200);
  });
});
