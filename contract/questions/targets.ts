// GET /api/targets: the health of every target as the running proxies see it now. Nothing of it is stored.
import { z } from 'zod';
import { TargetState } from '../target-report.ts';

export const LiveTarget = TargetState.omit({ coolingForMs: true }).extend({
  coolingUntil: z.number().nullable().describe('epoch milliseconds; null when it is not cooling down'),
});
export type LiveTarget = z.infer<typeof LiveTarget>;

export const TargetsAnswer = z.object({
  at: z.number().describe('epoch milliseconds of this answer'),
  proxies: z
    .array(
      z.object({
        boot: z.string(),
        reportedAt: z.number().describe('when its last report came, epoch milliseconds'),
        targets: z.array(LiveTarget),
      }),
    )
    .describe('proxies that were called and have reported within the last minute'),
});
export type TargetsAnswer = z.infer<typeof TargetsAnswer>;
