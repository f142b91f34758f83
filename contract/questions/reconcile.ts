// POST /api/reconcile: a provider's invoice held against what was recorded, by model and UTC day, with the reason for every
// difference as far as one can be told. The body is the invoice's CSV text.
import { z } from 'zod';
import { Nanos } from './window.ts';

export const ReconcileQuery = z.object({
  provider: z.string().optional().describe('whose invoice it is, where the file does not say'),
});
export type ReconcileQuery = z.infer<typeof ReconcileQuery>;

export const Cause = z.object({
  rule: z.string().describe('name of the hypothesis, such as cached-counted-twice'),
  bucket: z.string().describe('what is responsible: a usage bucket, a fee, or a tier'),
  side: z.enum(['invoice', 'record']).describe('which of the two departs from the price book'),
  sentence: z.string(),
  calls: z.number().describe('exchanges that it touches; 0 where it is about a price as such'),
  nanos: z.string().describe('what it changes, signed'),
  leftNanos: z.string().describe('what of the difference it leaves open'),
  exact: z.boolean().describe('it accounts for the whole difference'),
});
export type Cause = z.infer<typeof Cause>;

export const ReconcileRow = z.object({
  day: z.string().describe('UTC'),
  provider: z.string(),
  model: z.string(),
  invoiceNanos: Nanos.describe('null where the file has tokens but no amounts'),
  recordedNanos: Nanos,
  differenceNanos: z.string().nullable().describe('invoice less record, signed; null where one of the two is unknown'),
  agrees: z.boolean(),
  calls: z.number().describe('exchanges recorded'),
  unpriced: z.number().describe('of these, without a recorded cost'),
  tokens: z
    .array(z.object({ bucket: z.string(), invoice: z.number(), recorded: z.number() }))
    .describe('counts of the invoice that differ from the record'),
  causes: z.array(Cause).describe('the likeliest first; empty where the two agree or nothing fits'),
});
export type ReconcileRow = z.infer<typeof ReconcileRow>;

export const ReconcileAnswer = z.object({
  from: z.string().describe('first day of the invoice, UTC'),
  to: z.string().describe('last day'),
  shape: z.string().describe('what kind of file was recognised'),
  columns: z.record(z.string(), z.string()).describe('which column was taken for what'),
  lines: z.number().describe('lines that were understood'),
  ignored: z.array(z.string()).describe('lines that were left out, and why; at most twenty'),
  invoiceNanos: Nanos,
  recordedNanos: Nanos,
  rows: z.array(ReconcileRow),
  priceVersion: z.string().describe('the books by which causes were looked for'),
});
export type ReconcileAnswer = z.infer<typeof ReconcileAnswer>;

export const ReconcileProgress = z.object({ read: z.number(), of: z.number() });
export type ReconcileProgress = z.infer<typeof ReconcileProgress>;
