// The exports over the real store: they add up to what the question says, and carry the columns that FOCUS asks for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpendAnswer } from '../../contract/questions/spend.ts';
import { type House, openHouse } from '../questions/house.ts';
import { spendingRecords } from '../questions/spending.ts';
import { end, start, toSegments } from '../questions/synthetic.ts';
import { readCsv } from './read-csv.ts';

/** https://focus.finops.org/focus-specification/v1-2/: what every line must have, and what this kind of charge has. */
const mandatory = [
  ...['BilledCost', 'BillingAccountId', 'BillingAccountName', 'BillingCurrency', 'BillingPeriodEnd'],
  ...['BillingPeriodStart', 'ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargePeriodEnd'],
  ...['ChargePeriodStart', 'ContractedCost', 'EffectiveCost', 'InvoiceIssuerName', 'ListCost', 'PricingQuantity'],
  ...['PricingUnit', 'ProviderName', 'PublisherName', 'ServiceCategory', 'ServiceName'],
];
let house: House;
let read: (address: string) => Promise<{ rows: Record<string, string>[]; head: string[]; text: string }>;
const window = `from=${start}&to=${end}`;

beforeAll(async () => {
  house = await openHouse();
  const records = spendingRecords(1200, 9);
  records[0]!.attribution.team = '=cmd|calc';
  for (const { name, records: lines } of toSegments(records, 400)) await house.deliver(name, lines);
  const app = await house.another({ timezone: 'Asia/Kathmandu' });
  read = async (address) => {
    const answer = await app.inject(address);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    const [head = [], ...lines] = readCsv(answer.body);
    const rows = lines.map((line) => Object.fromEntries(line.map((cell, at) => [head[at], cell])));
    return { head, rows, text: answer.body };
  };
}, 60_000);
afterAll(() => house.close());

const sumOf = (rows: Record<string, string>[], column: string): bigint =>
  rows.reduce((sum, row) => {
    const [whole = '', fraction = ''] = row[column]!.split('.');
    return sum + BigInt(whole + fraction.padEnd(9, '0'));
  }, 0n);

describe('spend.csv', () => {
  it('adds up to the nano-dollar to what the question says', async () => {
    const { total } = await house.ask<SpendAnswer>(`/api/spend?${window}`);
    const { rows } = await read(`/api/spend.csv?${window}`);
    expect(String(sumOf(rows, 'cost_usd'))).toBe(total.costNanos);
    expect(rows.reduce((sum, row) => sum + Number(row.requests), 0)).toBe(total.requests);
    const parts = Object.keys(rows[0]!).filter((name) => name.endsWith('_usd') && !/^(cost|saved)/.test(name));
    expect(String(parts.reduce((sum, name) => sum + sumOf(rows, name), 0n))).toBe(total.costNanos);
  });

  it('leaves what is unknown empty and cannot carry a formula', async () => {
    const { rows, text } = await read(`/api/spend.csv?${window}`);
    expect(rows.some((row) => row.cost_usd === '' && Number(row.unpriced_requests) > 0)).toBe(true);
    expect(text).toContain("'=cmd|calc");
    expect(text).not.toMatch(/(^|,)=cmd/m);
  });

  it('has periods of local days, or hours where asked', async () => {
    const { rows } = await read(`/api/spend.csv?${window}`);
    expect(new Set(rows.map((row) => row.from!.slice(11)))).toEqual(new Set(['18:15:00.000Z']));
    const hours = await read(`/api/spend.csv?${window}&per=hour`);
    expect(sumOf(hours.rows, 'cost_usd')).toBe(sumOf(rows, 'cost_usd'));
  });

  it('says what is wrong with a window before it begins', async () => {
    const answer = await fetch(`${house.url}/api/spend.csv?from=9&to=5`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'window_invalid' } });
  });
});

describe('focus.csv', () => {
  it('has the columns that FOCUS 1.2 asks for, and our own behind x_', async () => {
    const { head } = await read(`/api/focus.csv?${window}`);
    expect(head).toEqual(expect.arrayContaining(mandatory));
    for (const name of head) expect(name).toMatch(/^(x_)?[A-Z][A-Za-z]+$/);
  });

  it('adds up to the same money, whichever cost is taken', async () => {
    const { total } = await house.ask<SpendAnswer>(`/api/spend?${window}`);
    const { rows } = await read(`/api/focus.csv?${window}`);
    for (const column of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'])
      expect(String(sumOf(rows, column))).toBe(total.costNanos);
  });

  it('says where no price is known instead of 0', async () => {
    const { rows } = await read(`/api/focus.csv?${window}`);
    const unpriced = rows.filter((row) => row.x_Unpriced === 'true');
    expect(unpriced.length).toBeGreaterThan(0);
    for (const row of unpriced) expect(row.BilledCost).toBe('');
    for (const row of rows) expect(JSON.parse(row.Tags!)).toBeTypeOf('object');
    expect(rows[0]).toMatchObject({ ServiceCategory: 'AI and Machine Learning', ChargeCategory: 'Usage' });
  });
});
