// What every proxy has to know of keys, budgets and secrets: one document that the collector makes of its own documents and
// of the configuration. GET /v1/access with If-None-Match, asked by each proxy every second under the ingest key, so that a
// revocation is in force everywhere within five.
import { z } from 'zod';
import { Budget, PaceLimit } from './budget.ts';
import { KeyRecord } from './key.ts';
import { SealedSecret } from './secret.ts';

/** Cached answers stored before `before` are not served any longer. Empty text: all. */
export const CachePurge = z.object({
  id: z.string(),
  tenant: z.string(),
  user: z.string().default(''),
  namespace: z.string().default(''),
  before: z.number().int().describe('epoch milliseconds'),
});
export type CachePurge = z.infer<typeof CachePurge>;

/** Tokens that a model counted for every token that the estimate had counted, from the last calls. */
export const EstimateRatio = z.object({
  provider: z.string(),
  model: z.string(),
  ratio: z.number().positive(),
  samples: z.number().int().positive(),
});
export type EstimateRatio = z.infer<typeof EstimateRatio>;

export const AccessDocument = z.object({
  version: z.string().describe('changes whenever anything below does; also the ETag'),
  timezone: z.string(),
  pepperId: z
    .string()
    .default('')
    .describe('tells which secret the keys were hashed under, not what it is; "": unknown'),
  keys: z.array(KeyRecord),
  budgets: z.array(Budget),
  limits: z.array(PaceLimit),
  secrets: z.array(SealedSecret),
  purges: z.array(CachePurge),
  ratios: z.array(EstimateRatio),
});
export type AccessDocument = z.infer<typeof AccessDocument>;

export const emptyAccess: AccessDocument = Object.freeze({
  ...{
    version: '',
    timezone: 'UTC',
    pepperId: '',
    keys: [],
    budgets: [],
    limits: [],
    secrets: [],
    purges: [],
    ratios: [],
  },
});
