// One try at one target. An exchange has one or more.
import { z } from 'zod';
import { Outcome } from './words.ts';

const milliseconds = z.number().int().nonnegative();

export const Attempt = z.object({
  number: z.number().int().positive().describe('1 for the first try'),
  provider: z.string(),
  model: z.string().describe('the model asked of this provider; empty where the path names none'),
  region: z.string().default(''),
  startedAtMs: milliseconds.describe('after the exchange started'),
  connectMs: milliseconds.nullable().describe('until a connection was ready; null when unknown'),
  firstByteMs: milliseconds.nullable().describe('until the response head, after the attempt started'),
  totalMs: milliseconds.describe('until the attempt ended, after it started'),
  status: z.number().int().nullable().describe('HTTP status; null when no answer came'),
  outcome: Outcome,
  errorCode: z.string().default('').describe('Sightline’s own code, where it has one'),
  providerRequestId: z.string().default('').describe('the provider’s x-request-id or request-id'),
});
export type Attempt = z.infer<typeof Attempt>;
