// Rows of the operator's own price book, laid over the published one: contract prices, new models, service tiers.
import { z } from 'zod';

const perMillion = z
  .string()
  .regex(/^\d+(\.\d{1,6})?$/, 'expected dollars per million tokens as a decimal string such as "2.50"')
  .optional();

export const PriceRow = z.strictObject({
  provider: z.string(),
  model: z.string().describe('as the provider names it; * stands for any run of characters'),
  from: z.iso.date().describe('first day on which the row holds, UTC'),
  until: z.iso.date().optional().describe('first day on which it holds no longer'),
  tier: z.enum(['standard', 'batch', 'flex', 'priority']).default('standard'),
  input: perMillion,
  cacheRead: perMillion,
  cacheWrite5m: perMillion,
  cacheWrite1h: perMillion,
  inputAudio: perMillion,
  inputImage: perMillion,
  output: perMillion,
  outputAudio: perMillion,
  outputImage: perMillion,
  multiply: z.number().positive().optional().describe('instead of prices: the published ones times this, e.g. 0.5'),
  source: z.string().default('').describe('where the price comes from, for whoever asks'),
});
export type PriceRow = z.infer<typeof PriceRow>;

export const PriceOverlay = z.strictObject({ version: z.string(), rows: z.array(PriceRow) });
export type PriceOverlay = z.infer<typeof PriceOverlay>;
