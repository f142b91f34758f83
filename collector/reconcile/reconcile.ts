// Holds an invoice against the record: gathers both by day and model, and asks for every difference what accounts for it.
import type { PriceBook } from '../../catalog/prices.ts';
import { explain, slackOf } from '../../catalog/reconcile/explain.ts';
import { dayKey, gatherDays, type InvoiceDay } from '../../catalog/reconcile/invoice-days.ts';
import { gapsBetween } from '../../catalog/reconcile/missing.ts';
import type { Invoice } from '../../catalog/reconcile/read-invoice.ts';
import type { Suspicion } from '../../catalog/reconcile/suspects.ts';
import type { ReconcileAnswer, ReconcileProgress, ReconcileRow } from '../../contract/questions/reconcile.ts';
import { createBreather, type Steps } from '../long-answers.ts';
import { recordedPrices } from '../pricing/recorded-prices.ts';
import type { QuestionContext } from '../questions/question.ts';
import { attemptsSuspicion, otherAttempts } from './other-attempts.ts';
import { RecordedDay } from './recorded-day.ts';

export interface Reconciling {
  context: Pick<QuestionContext, 'store'>;
  invoice: Invoice;
  /** Whose it is, where the file does not say; '' for nobody in particular. */
  provider: string;
  prices: PriceBook;
  /** Id in the price book of a provider as it is called here. */
  priceProvider(name: string): string;
  /** Milliseconds, never going back. */
  now(): number;
}

const dayMs = 86_400_000;

/** Yields how far it is after every page. */
export async function* reconcile(reconciling: Reconciling): Steps<ReconcileProgress, ReconcileAnswer> {
  const { context, invoice, prices, now } = reconciling;
  const days = gatherDays(invoice.lines, { provider: reconciling.provider, nameOf: namesUnder(reconciling) });
  const [first = '', last = ''] = endsOf([...days.values()].map(({ day }) => day));
  const window = { from: Date.parse(first), to: Date.parse(last) + dayMs };
  const place = placesIn(days, reconciling);
  const recorded = new Map<string, RecordedDay>();
  const record = await recordedPrices(context, window);
  const breathe = createBreather(now);
  let read = 0;
  yield { read, of: record.total };
  for await (const page of record.pages()) {
    for (const call of page) {
      const key = call.fromCache ? null : place(new Date(call.at).toISOString().slice(0, 10), call);
      if (key !== null) dayIn(recorded, key).add(call, reconciling.priceProvider(call.provider), prices);
      await breathe();
    }
    read += page.length;
    yield { read, of: Math.max(record.total, read) };
  }
  const beside = new Map<string, Suspicion>();
  for (const other of await otherAttempts(context, window)) {
    const key = place(other.day, other);
    if (key !== null) beside.set(key, attemptsSuspicion(other));
  }
  const keys = [...new Set([...days.keys(), ...recorded.keys()])].sort();
  const rows = keys.map((key) =>
    rowFor(key, { billed: days.get(key), known: recorded.get(key), beside: beside.get(key) }),
  );
  return { ...summed(rows), ...described(invoice), from: first, to: last, rows, priceVersion: prices.version };
}

/** One name for all that a model goes by: that of the published book. Without a provider every one's is looked at. */
function namesUnder({ prices, priceProvider }: Reconciling) {
  return (provider: string, model: string): string => {
    const published = prices.publishedId(priceProvider(provider), model);
    return published ?? model.toLowerCase();
  };
}

/** Where a recorded call belongs; null where the invoice is not about its provider. */
function placesIn(days: ReadonlyMap<string, InvoiceDay>, { prices, priceProvider }: Reconciling) {
  const billed = new Set([...days.values()].map(({ provider }) => provider));
  return (day: string, { provider: called, model }: { provider: string; model: string }): string | null => {
    const book = priceProvider(called);
    const provider = [called, book, ''].find((name) => billed.has(name));
    if (provider === undefined) return null;
    const plain = dayKey({ day, provider, model: model.toLowerCase() });
    const published = prices.publishedId(book, model);
    return published === null || days.has(plain) ? plain : dayKey({ day, provider, model: published });
  };
}

function dayIn(recorded: Map<string, RecordedDay>, key: string): RecordedDay {
  const known = recorded.get(key) ?? new RecordedDay();
  recorded.set(key, known);
  return known;
}

interface TwoSides {
  billed: InvoiceDay | undefined;
  known: RecordedDay | undefined;
  beside: Suspicion | undefined;
}

function rowFor(key: string, { billed, known, beside }: TwoSides): ReconcileRow {
  const [day = '', provider = '', model = ''] = key.split('\n');
  const { calls, unpriced, nanos: recorded, tokens, suspects } = known ?? new RecordedDay();
  // A model and day that the invoice does not have were not charged.
  const invoice = billed ? billed.nanos : 0n;
  const gaps = billed ? gapsBetween(billed.tokens, tokens) : [];
  const slack = { invoiceSlack: billed?.slackNanos ?? 0n, calls };
  const difference = invoice === null ? null : invoice - recorded;
  const agrees = difference === null ? gaps.length === 0 : magnitude(difference) <= slackOf(slack);
  const suspicions = [...suspects.suspicions(), ...(beside ? [beside] : [])];
  const { expected, buckets } = suspects;
  return {
    ...{ day, provider, model, agrees, calls, unpriced, tokens: gaps },
    invoiceNanos: invoice === null ? null : String(invoice),
    recordedNanos: calls > 0 && unpriced === calls ? null : String(recorded),
    differenceNanos: difference === null ? null : String(difference),
    causes:
      agrees || invoice === null ? [] : explain({ ...slack, invoice, recorded, expected, suspicions, buckets, gaps }),
  };
}

const magnitude = (nanos: bigint): bigint => (nanos < 0n ? -nanos : nanos);

function endsOf(days: readonly string[]): [string?, string?] {
  const sorted = days.toSorted();
  return [sorted[0], sorted.at(-1)];
}

function summed(rows: readonly ReconcileRow[]): Pick<ReconcileAnswer, 'invoiceNanos' | 'recordedNanos'> {
  const sum = (amounts: (string | null)[]): string | null => {
    const known = amounts.filter((nanos) => nanos !== null);
    return known.length === 0 ? null : String(known.reduce((all, nanos) => all + BigInt(nanos), 0n));
  };
  return {
    invoiceNanos: sum(rows.map(({ invoiceNanos }) => invoiceNanos)),
    recordedNanos: sum(rows.map(({ recordedNanos }) => recordedNanos)),
  };
}

function described({ shape, columns, lines, ignored }: Invoice) {
  return { shape, columns: columns as Record<string, string>, lines: lines.length, ignored };
}
