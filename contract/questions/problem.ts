// How the collector says no: a code from its table, what was found, and what to do.
import { z } from 'zod';

export const Problem = z.object({
  error: z.object({ code: z.string(), message: z.string(), fix: z.string().default('') }),
});
export type Problem = z.infer<typeof Problem>;
