// How the collector says no: a code from its table, what was found, and what to do.
import { z } from 'zod';

export const Problem = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fix: z.string().default(''),
    problems: z
      .array(z.object({ path: z.string(), found: z.string(), expected: z.string(), fix: z.string() }))
      .optional()
      .describe('where a piece of configuration was sent: all that is wrong with it'),
  }),
});
export type Problem = z.infer<typeof Problem>;
