// GET /api/facets: which values the filters can take in a window, with counts, from the rollups.
import { z } from 'zod';
import { WindowQuery } from './window.ts';

export const FacetsQuery = WindowQuery;
export const FacetValue = z.object({ value: z.string(), requests: z.number() });
export const FacetsAnswer = z.object({
  provider: z.array(FacetValue),
  model: z.array(FacetValue),
  app: z.array(FacetValue),
  team: z.array(FacetValue),
  task: z.array(FacetValue),
  environment: z.array(FacetValue),
  outcome: z.array(FacetValue),
});
export type FacetsAnswer = z.infer<typeof FacetsAnswer>;
