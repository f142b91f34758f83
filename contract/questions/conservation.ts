// GET /api/conservation: the law started = complete + partial + gap + open, per proxy boot, as the store can prove it.
import { z } from 'zod';
import { Counters } from '../segment.ts';

export const ConservationRow = z.object({
  boot: z.string(),
  sealedAt: z.number().describe('epoch milliseconds of the newest segment of this boot'),
  segments: z.number(),
  missingSegments: z.number().describe('sequence numbers that never arrived'),
  counters: Counters.describe('as the proxy counted'),
  stored: z.number().describe('distinct exchanges of this boot in the store'),
  holds: z.boolean().describe('the law holds and stored = complete + partial'),
});
export const ConservationAnswer = z.object({ rows: z.array(ConservationRow), holds: z.boolean() });
export type ConservationAnswer = z.infer<typeof ConservationAnswer>;
