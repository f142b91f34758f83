// History priced again under other books: sums against those done by hand, and the record left as it was.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedBook } from '../../catalog/published-book.ts';
import { PriceOverlay } from '../../contract/prices.ts';
import type { Problem } from '../../contract/questions/problem.ts';
import type { RepriceAnswer } from '../../contract/questions/reprice.ts';
import { type House, openHouse } from '../questions/house.ts';
import { toSegments } from '../questions/synthetic.ts';
import { may, type Spoken, spoken } from './recorded-calls.ts';

const day = 86_400_000;
const window = { from: may, to: may + 2 * day };
const plain = { inputUncached: 1_000_000, outputText: 100_000 };
const calls: Spoken[] = [
  { at: may + 1, model: 'gpt-5', usage: plain },
  { at: may + 2, model: 'gpt-5', usage: plain, tier: 'batch' },
  { at: may + day, model: 'gpt-5', usage: plain },
  { at: may + 3, provider: 'house', model: 'llama', usage: plain },
  {
    at: may + 4,
    provider: 'openrouter',
    model: 'x/y',
    usage: plain,
    pricing: { costNanos: 77, costSource: 'reported' },
  },
  {
    ...{ at: may + 5, model: 'gpt-5', usage: plain, pricing: { costNanos: 0 } },
    more: { cache: { status: 'hit', namespace: '', ageMs: 5, from: '', savedNanos: 9 } },
  },
];
const overlay = PriceOverlay.parse({
  version: 'next-year',
  rows: [
    { provider: 'openai', model: 'gpt-5', from: '2026-01-01', input: '2', output: '20' },
    { provider: 'house', model: 'llama', from: '2026-01-01', input: '0', output: '1' },
  ],
});

let house: House;
beforeAll(async () => {
  house = await openHouse(() => window.to);
  const records = calls.map((call, index) => spoken(call, index + 1));
  for (const segment of toSegments(records, 100)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

function post(body: unknown, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${house.url}/api/reprice`, { method: 'POST', headers, body: JSON.stringify(body) });
}
async function repriced(body: object): Promise<RepriceAnswer> {
  const answer = await post({ ...window, ...body });
  expect(answer.status, answer.status === 200 ? '' : await answer.clone().text()).toBe(200);
  return (await answer.json()) as RepriceAnswer;
}
const row = ({ rows }: RepriceAnswer, when: string, model: string) =>
  rows.find((one) => one.day === when && one.model === model);

describe('pricing history again', () => {
  it('changes nothing under the books in force', async () => {
    const { total, kept, rows } = await repriced({});
    expect(total).toMatchObject({ calls: 6, differenceNanos: '0', unpricedBefore: 1, unpricedAfter: 1 });
    expect(total.recordedNanos).toBe(total.repricedNanos);
    expect(kept).toEqual({ reported: 1, cached: 1 });
    expect(rows.map(({ day: when, model }) => `${when} ${model}`)).toEqual([
      ...['2026-05-04 llama', '2026-05-04 gpt-5', '2026-05-04 x/y', '2026-05-05 gpt-5'],
    ]);
  });

  it('adds up the difference by day and model under another overlay, each call in the tier it was served in', async () => {
    const answer = await repriced({ overlay });
    // Standard: 1.25 + 1.00 became 2 + 2. Batch is half of either. The answer from the cache still costs nothing.
    const first = row(answer, '2026-05-04', 'gpt-5');
    expect(first).toMatchObject({ calls: 3, recordedNanos: '3375000000', repricedNanos: '6000000000' });
    expect(row(answer, '2026-05-05', 'gpt-5')).toMatchObject({ differenceNanos: '1750000000' });
    expect(answer.priceVersion).toContain('overlay@next-year');
  });

  it('prices what had no price, without calling that a difference', async () => {
    const llama = row(await repriced({ overlay }), '2026-05-04', 'llama');
    expect(llama).toMatchObject({ recordedNanos: null, repricedNanos: '100000000', differenceNanos: '0' });
    expect(llama).toMatchObject({ unpricedBefore: 1, unpricedAfter: 0 });
  });

  it('takes a published book that was sent, and says of one that is none what is wrong with it', async () => {
    const openai = installedBook.providers.find(({ id }) => id === 'openai')!;
    const answer = await repriced({ book: [{ ...openai, models: openai.models.filter(({ id }) => id === 'gpt-5') }] });
    expect(answer.priceVersion).toMatch(/^genai-prices@[0-9a-f]{12}\+multipliers@/);
    expect(answer.total).toMatchObject({ differenceNanos: '0' });
    const refused = await post({ ...window, book: [{ id: 'openai' }] });
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as Problem).error).toMatchObject({ code: 'price_book_invalid' });
  });

  it('leaves the record as it was', async () => {
    const costs = () =>
      house.store.read('SELECT id, cost_nanos, price_version FROM {db:Identifier}.exchanges ORDER BY id');
    const before = await costs();
    await repriced({ overlay });
    expect(await costs()).toEqual(before);
    expect(house.reads.every((sql) => /^\s*(SELECT|WITH)/i.test(sql))).toBe(true);
  });

  it('tells on the way how far it is', async () => {
    const text = await (await post(window, 'application/x-ndjson')).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { progress?: unknown; answer?: unknown });
    expect(lines[0]).toEqual({ progress: { read: 0, of: 6 } });
    expect(lines.at(-1)).toHaveProperty('answer.total');
  });
});
