// GET /api/decision-facets: values of the filters of the decision log, with counts. No filter narrows them, so that every
// alternative stays in sight.
import { DecisionFacetsAnswer, DecisionFacetsQuery } from '../../contract/questions/decision-facets.ts';
import { exclusions, insideWindow } from './decision-filters.ts';
import { question } from './question.ts';
import { checkedWindow } from './windows.ts';

/** Values per facet; the rarest are left out. */
const mostValues = 200;

interface Row {
  facet: keyof typeof noValues;
  value: string;
  requests_n: string;
}

const noValues = { route: [], strategy: [], kind: [], requestedModel: [], excluded: [] };

export const decisionFacets = question({
  path: '/api/decision-facets',
  summary: 'Routes, strategies, kinds, requested models and reasons of exclusion in a window, with their counts.',
  query: DecisionFacetsQuery,
  answer: DecisionFacetsAnswer,
  async ask({ store }, query) {
    const found = await store.read<Row>(
      `SELECT facet_value.1 AS facet, facet_value.2 AS value, count() AS requests_n
FROM {db:Identifier}.decisions
ARRAY JOIN arrayConcat(
  [('route', toString(route)), ('strategy', toString(strategy)), ('kind', toString(decision_kind)),
   ('requestedModel', toString(requested_model))],
  arrayMap(reason -> ('excluded', reason), ${exclusions})) AS facet_value
WHERE ${insideWindow}
GROUP BY facet, value
ORDER BY facet, requests_n DESC, value
LIMIT ${mostValues} BY facet`,
      { ...checkedWindow(query) },
    );
    const answer: DecisionFacetsAnswer = structuredClone(noValues);
    for (const row of found) answer[row.facet]?.push({ value: row.value, requests: Number(row.requests_n) });
    return answer;
  },
});
