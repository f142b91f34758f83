// GET /api/focus.csv: spend in the columns of FOCUS 1.2, the FinOps Open Cost and Usage Specification (focus.finops.org), one
// line per period, kind of token, and whom it is charged to. What FOCUS has no column for begins with x_, as it asks.
import type { Period } from '../../catalog/spending/period.ts';
import type { KindSpend } from '../../contract/questions/spend.ts';
import { type Cell, csvLine, type Figure } from './csv.ts';
import { dollars } from './dollars.ts';
import type { SpendOf } from './spend-rows.ts';

interface Line {
  row: SpendOf;
  kind: KindSpend;
  month: Period;
  keyName: string;
  /** Of the collector: nobody but the provider knows its invoice's account. */
  tags: string;
}

/** FOCUS wants a cost in every line; where none is known ours stays empty, because 0 would be a lie: x_Unpriced says so. */
const columns: readonly [string, (line: Line) => Cell | Figure][] = [
  ['BillingAccountId', ({ row }) => row.tenant],
  ['BillingAccountName', ({ row }) => row.tenant],
  ['BillingCurrency', () => 'USD'],
  ['BillingPeriodStart', ({ month }) => iso(month.startsAt)],
  ['BillingPeriodEnd', ({ month }) => iso(month.endsAt)],
  ['ChargePeriodStart', ({ row }) => iso(row.from)],
  ['ChargePeriodEnd', ({ row }) => iso(row.to)],
  ['ChargeCategory', () => 'Usage'],
  ['ChargeClass', () => null],
  ['ChargeDescription', ({ row, kind }) => `${row.model}: ${kind.kind}`],
  ['ChargeFrequency', () => 'Usage-Based'],
  ['BilledCost', ({ kind }) => dollars(kind.costNanos)],
  ['EffectiveCost', ({ kind }) => dollars(kind.costNanos)],
  ['ContractedCost', ({ kind }) => dollars(kind.costNanos)],
  ['ListCost', ({ kind }) => dollars(kind.costNanos)],
  ['ConsumedQuantity', ({ kind }) => kind.tokens],
  ['ConsumedUnit', ({ kind }) => (kind.tokens === null ? null : 'Tokens')],
  ['PricingCategory', () => 'Standard'],
  ['PricingQuantity', ({ kind }) => (kind.tokens === null ? null : millions(kind.tokens))],
  ['PricingUnit', ({ kind }) => (kind.tokens === null ? null : '1000000 Tokens')],
  ['PricingCurrency', () => 'USD'],
  ['ProviderName', ({ row }) => row.provider],
  ['PublisherName', ({ row }) => row.provider],
  ['InvoiceIssuerName', ({ row }) => row.provider],
  ['ServiceCategory', () => 'AI and Machine Learning'],
  ['ServiceSubcategory', () => 'Generative AI'],
  ['ServiceName', ({ row }) => `${row.provider} API`],
  ['ResourceId', ({ row }) => row.model],
  ['ResourceName', ({ row }) => row.model],
  ['ResourceType', () => 'Model'],
  ['SkuId', ({ row, kind }) => `${row.provider}/${row.model}/${kind.kind}`],
  ['SkuMeter', ({ kind }) => kind.kind],
  ['SkuPriceId', () => null],
  ['SubAccountId', ({ row }) => row.team || null],
  ['SubAccountName', ({ row }) => row.team || null],
  ['Tags', ({ tags }) => tags],
  ['x_Requests', ({ row }) => row.spend.requests],
  ['x_Unpriced', ({ kind }) => (kind.costNanos === null ? 'true' : 'false')],
];

export const focusCsvHead = csvLine(columns.map(([name]) => name));

/** A line for each kind of token; x_Requests is of all of them together. */
export function focusCsvLines(row: SpendOf, month: Period, keyName: string): string {
  const tags = JSON.stringify(tagsOf(row, keyName));
  return row.spend.kinds
    .map((kind) => csvLine(columns.map(([, cell]) => cell({ row, kind, month, keyName, tags }))))
    .join('');
}

function tagsOf({ app, environment, key_id, task }: SpendOf, keyName: string): Record<string, string> {
  const tags = { app, environment, key: keyName || key_id, task };
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
}

/** Exact: tokens are whole. */
const millions = (tokens: number): Figure => dollarsOfMillionths(BigInt(Math.round(tokens)));
const dollarsOfMillionths = (millionths: bigint): Figure => dollars(millionths * 1000n)!;

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
