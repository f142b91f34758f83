// A segment: a file of NDJSON records named `<boot>-<sequence>`, the unit of durability. The same name is its
// idempotency key on the wire (PUT /v1/segments/<name>) and its insert_deduplication_token in ClickHouse.
import { z } from 'zod';
import { EventRecord } from './event.ts';
import { ExchangeRecord } from './exchange.ts';

export const BootId = z.string().regex(/^[a-z0-9]{8,32}$/, 'expected 8 to 32 lower-case letters and digits');
export const SegmentName = z
  .string()
  .regex(/^[a-z0-9]{8,32}-\d{8}$/, 'expected <boot>-<sequence>, the sequence as eight digits');

/** Counts since the proxy booted. The conservation law: started = complete + partial + gap + open. */
export const Counters = z.object({
  started: z.number().int().nonnegative(),
  complete: z.number().int().nonnegative(),
  partial: z.number().int().nonnegative(),
  gap: z.number().int().nonnegative().describe('started, but could not be written down'),
  open: z.number().int().nonnegative().describe('still running'),
});
export type Counters = z.infer<typeof Counters>;

/** Exchanges that were started but could not be recorded: never silent, always counted. */
export const GapRecord = z.object({
  kind: z.literal('gap'),
  boot: BootId,
  startedAt: z.number().int().describe('epoch milliseconds of the first one lost'),
  until: z.number().int().describe('epoch milliseconds of the last one lost'),
  count: z.number().int().positive(),
  reason: z.string().describe('disk_full, allowance, write_error, overload …'),
});
export type GapRecord = z.infer<typeof GapRecord>;

/** The last line of every sealed segment. */
export const SealRecord = z.object({
  kind: z.literal('seal'),
  boot: BootId,
  segment: SegmentName,
  sequence: z.number().int().nonnegative(),
  startedAt: z.number().int().describe('epoch milliseconds at which the segment was sealed'),
  records: z.number().int().nonnegative().describe('lines before this one'),
  recovered: z.boolean().describe('sealed by a later boot, after the proxy died'),
  counters: Counters,
});
export type SealRecord = z.infer<typeof SealRecord>;

export const SegmentRecord = z.discriminatedUnion('kind', [ExchangeRecord, GapRecord, EventRecord, SealRecord]);
export type SegmentRecord = z.infer<typeof SegmentRecord>;

/** What the collector answers to PUT /v1/segments/<name> once its own copy is on disk (status 200). */
export const SegmentReceipt = z.object({
  segment: SegmentName,
  records: z.number().int(),
  duplicate: z.boolean().describe('this name had been taken in before; the bytes were ignored'),
});
export type SegmentReceipt = z.infer<typeof SegmentReceipt>;
