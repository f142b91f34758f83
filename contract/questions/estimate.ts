// What a request would take, said without sending it: POST /api/estimate.
import { z } from 'zod';
import { Nanos } from './window.ts';

const tokens = z.number().int().nonnegative();

/** A request as it would be sent, in any dialect. */
export const EstimateQuestion = z.looseObject({
  model: z.string().min(1).max(256).describe('as it would be asked for: `provider/model`, its plain name, or an alias'),
  provider: z.unknown().optional().describe('name of a provider, where the model alone does not say'),
});
export type EstimateQuestion = z.infer<typeof EstimateQuestion>;

export const EstimatedTarget = z.object({
  provider: z.string(),
  model: z.string(),
  inputTokens: tokens.nullable().describe('null: pictures, sound, files, or a part that lies with the provider'),
  outputTokens: tokens,
  outputBasis: z
    .enum(['request', 'recorded', 'assumed'])
    .describe('the limit in the request, 99 of 100 recorded answers, or a guess'),
  costNanos: Nanos.describe('the most that it may cost; null: nobody knows a price, or the input'),
  priceVersion: z.string(),
  ratio: z.number().positive().describe('tokens of this model for each one counted'),
  samples: tokens.describe('calls that the ratio was learned from; 0: it is a guess'),
});
export type EstimatedTarget = z.infer<typeof EstimatedTarget>;

export const EstimateAnswer = z.object({
  ...{ inputTokens: tokens.nullable(), countedTokens: tokens.nullable().describe('before any ratio') },
  ...{ outputTokens: tokens, costNanos: Nanos, priceVersion: z.string() },
  ...{ ratio: z.number().positive(), samples: tokens },
  byTarget: z
    .array(EstimatedTarget)
    .describe('whoever is known to serve this model; the figures above are the first’s'),
  explanation: z.string(),
});
export type EstimateAnswer = z.infer<typeof EstimateAnswer>;
