// GET /api/decision-facets: which values the filters of the decision log can take in a window, with counts.
import { z } from 'zod';
import { FacetValue } from './facets.ts';
import { Window } from './window.ts';

export const DecisionFacetsQuery = Window;
export const DecisionFacetsAnswer = z.object({
  route: z.array(FacetValue),
  strategy: z.array(FacetValue),
  kind: z.array(FacetValue),
  requestedModel: z.array(FacetValue),
  excluded: z.array(FacetValue).describe('requests in which some candidate was left out for this reason'),
});
export type DecisionFacetsAnswer = z.infer<typeof DecisionFacetsAnswer>;
