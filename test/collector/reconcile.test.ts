// An invoice held against recorded exchanges in a real store: the seeded mistakes of a provider are named, by model and day.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUp } from '../../catalog/add-up.ts';
import type { Problem } from '../../contract/questions/problem.ts';
import type { ReconcileAnswer } from '../../contract/questions/reconcile.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { type House, openHouse } from '../questions/house.ts';
import { toSegments } from '../questions/synthetic.ts';
import { installed, may, type Spoken, spoken } from './recorded-calls.ts';

const day = 86_400_000;
const cached = { inputUncached: 12_345, inputCacheRead: 700_001, outputText: 321 };
/** GPT-5.4 costs more from 272 000 tokens on. */
const edge = [271_999, 272_000].map((inputUncached) => ({ inputUncached, outputText: 100 }));
const calls: Spoken[] = [
  ...[0, 1, 2].map((index) => ({ at: may + index, model: 'gpt-5', usage: cached })),
  ...edge.map((usage, index) => ({ at: may + day + index, usage })),
  { at: may + 2 * day, model: 'gpt-5', usage: cached, tier: 'batch' },
  { at: may + 3 * day, model: 'gpt-5', usage: cached },
  { at: may + 3 * day, provider: 'anthropic', model: 'claude-sonnet-4-5', usage: cached },
];
const dollars = (nanos: bigint): string => `${nanos / 10n ** 9n}.${String(nanos % 10n ** 9n).padStart(9, '0')}`;
const nanosOf = ({ at, model = 'gpt-5.4', tier, usage }: Spoken, change: object = {}): bigint => {
  const { rates } = installed.rates({ provider: 'openai', model, at, tier })!;
  return BigInt(addUp({ ...unknownUsage, ...usage, ...change }, rates)!.nanos);
};
const sum = (amounts: bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);

let house: House;
beforeAll(async () => {
  house = await openHouse(() => may + 10 * day);
  const records = calls.map((call, index) => spoken(call, index + 1));
  for (const segment of toSegments(records, 100)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

function send(csv: string, { query = '', type = 'text/csv' } = {}): Promise<Response> {
  return fetch(`${house.url}/api/reconcile${query}`, { method: 'POST', headers: { 'content-type': type }, body: csv });
}
async function reconciled(lines: string[], query = '?provider=openai'): Promise<ReconcileAnswer> {
  const answer = await send(['date,model,amount_usd', ...lines].join('\n'), { query });
  expect(answer.status, answer.status === 200 ? '' : await answer.clone().text()).toBe(200);
  return (await answer.json()) as ReconcileAnswer;
}

describe('an invoice', () => {
  it('that is right agrees, also under a dated name of the model', async () => {
    const lines = [`2026-05-04,gpt-5-2025-08-07,${dollars(sum(calls.slice(0, 3).map((call) => nanosOf(call))))}`];
    const { rows } = await reconciled(lines);
    expect(rows).toMatchObject([
      { day: '2026-05-04', model: 'gpt-5', agrees: true, differenceNanos: '0', calls: 3, causes: [] },
    ]);
  });

  it('with cached tokens counted twice names the cached tokens', async () => {
    const twice = { inputUncached: cached.inputUncached + cached.inputCacheRead };
    const { rows } = await reconciled([
      `2026-05-04,gpt-5,${dollars(sum(calls.slice(0, 3).map((call) => nanosOf(call, twice))))}`,
    ]);
    expect(rows[0]!.causes[0]).toMatchObject({
      ...{ rule: 'cached-counted-twice', bucket: 'inputCacheRead', side: 'invoice', exact: true, calls: 3 },
    });
  });

  it.each([
    ['early', 271_999, 2, 'tier-edge-one-early'],
    ['late', 272_000, 0.5, 'tier-edge-one-late'],
  ])('with the tier edge one token %s names the tier', async (_when, moved, _factor, rule) => {
    const amounts = edge.map((usage) => {
      const beyond = rule === 'tier-edge-one-early';
      const asIf = usage.inputUncached === moved ? { inputUncached: beyond ? 272_000 : 271_999 } : {};
      const { rates } = installed.rates({ provider: 'openai', model: 'gpt-5.4', at: may + day })!;
      const whole = addUp({ ...unknownUsage, ...usage, ...asIf }, rates)!;
      // The rates of the other side of the edge, for the tokens that there were.
      const units = whole.breakdown.map(
        ({ bucket, nanosPerMillion }) =>
          (bucket === 'inputUncached' ? usage.inputUncached : usage.outputText) * nanosPerMillion,
      );
      return BigInt(Math.round(units.reduce((all, one) => all + one, 0) / 1e6));
    });
    const { rows } = await reconciled([`2026-05-05,gpt-5.4,${dollars(sum(amounts))}`]);
    expect(rows[0]!.causes[0]).toMatchObject({ rule, bucket: 'context tier', exact: true, calls: 1 });
  });

  it('without the half price of a batch names the service tier', async () => {
    const { rows } = await reconciled([`2026-05-06,gpt-5,${dollars(nanosOf({ ...calls[5]!, tier: '' }))}`]);
    expect(rows[0]!.causes[0]).toMatchObject({ rule: 'tier-full-price', bucket: 'service tier', exact: true });
  });

  it('rounded to cents agrees within its cents', async () => {
    const nanos = sum(calls.slice(0, 3).map((call) => nanosOf(call)));
    const cents = (Number(nanos) / 1e9).toFixed(2);
    expect((await reconciled([`2026-05-04,gpt-5,${cents}`])).rows[0]).toMatchObject({ agrees: true });
  });

  it('that lacks a model and day shows what was recorded of it', async () => {
    const { rows, recordedNanos } = await reconciled(['2026-05-06,gpt-5,1', '2026-05-07,gpt-5.4,0']);
    const lacking = rows.find((one) => one.day === '2026-05-07' && one.model === 'gpt-5');
    expect(lacking).toMatchObject({ invoiceNanos: '0', calls: 1, agrees: false });
    expect(BigInt(recordedNanos!)).toBe(sum(calls.slice(5, 7).map((call) => nanosOf(call))));
  });

  it('without a provider is held against everybody’s calls of these models', async () => {
    const { rows } = await reconciled(['2026-05-07,claude-sonnet-4-5,1', '2026-05-07,gpt-5,1'], '');
    expect(rows.map(({ model, calls: found }) => [model, found])).toEqual([
      ['claude-sonnet-4-5', 1],
      ['gpt-5', 1],
    ]);
  });

  it('with token counts shows which count differs, and that exchanges are missing', async () => {
    const csv = [
      'start_time,num_model_requests,model,input_tokens,output_tokens,input_cached_tokens,amount_usd',
      `${may / 1000},4,gpt-5,${4 * 712_346},${4 * 321},${4 * 700_001},${dollars(4n * nanosOf(calls[0]!))}`,
    ].join('\n');
    const { rows, shape } = (await (await send(csv)).json()) as ReconcileAnswer;
    expect(shape).toBe('OpenAI usage with costs');
    expect(rows[0]!.tokens).toEqual([
      { bucket: 'input', invoice: 2_849_384, recorded: 2_137_038 },
      { bucket: 'inputCacheRead', invoice: 2_800_004, recorded: 2_100_003 },
      { bucket: 'output', invoice: 1284, recorded: 963 },
    ]);
    expect(rows[0]!.causes.map(({ rule }) => rule)).toContain('exchanges-missing');
  });
});

describe('what is no invoice', () => {
  it.each([
    ['JSON', '{"a":1}', 'text/csv'],
    ['a table without a model', 'date,amount\n2026-05-04,1', 'text/csv'],
  ])('is refused with what was found: %s', async (_what, body, type) => {
    const answer = await send(body, { type });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Problem).error).toMatchObject({ code: 'invoice_invalid' });
  });
});
