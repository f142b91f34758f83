// GET /api/facets: which values each filter can take in a window, with counts. A filter does not narrow its own facet,
// so that another value can be chosen; all others do. One pass over the rollup for all facets.
import { FacetsAnswer, FacetsQuery } from '../../contract/questions/facets.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { type Condition, filterCondition, rollupFilters } from './filters.ts';
import { question } from './question.ts';
import { slices } from './slices.ts';
import { checkedWindow } from './windows.ts';

/** Values per facet; the rarest are left out. */
const mostValues = 200;

interface Row {
  facet: (typeof rollupFilters)[number];
  value: string;
  requests_f: string;
}

export const facets = question({
  path: '/api/facets',
  summary: 'Values of each filter in a window with their counts; a filter does not narrow its own facet.',
  query: FacetsQuery,
  answer: FacetsAnswer,
  async ask({ store }, query) {
    const narrowing: Filters = { user: query.user, session: query.session, key: query.key };
    const rows = slices({ window: checkedWindow(query), filters: narrowing, dimensions: rollupFilters });
    const misses = missesOf(query);
    const candidates = rollupFilters.map((name, index) => `('${name}', toString(${name}), ${index})`).join(', ');
    const sql = `SELECT candidate.1 AS facet, candidate.2 AS value, sum(requests_n) AS requests_f
FROM (SELECT *, ${misses.sql} AS misses FROM (${rows.sql}))
ARRAY JOIN [${candidates}] AS candidate
WHERE misses = 0 OR misses = bitShiftLeft(1, candidate.3)
GROUP BY facet, value
ORDER BY facet, requests_f DESC, value
LIMIT ${mostValues} BY facet`;
    const found = await store.read<Row>(sql, { ...rows.parameters, ...misses.parameters });
    const answer = Object.fromEntries(rollupFilters.map((name) => [name, [] as { value: string; requests: number }[]]));
    for (const row of found) answer[row.facet]?.push({ value: row.value, requests: Number(row.requests_f) });
    return answer as FacetsAnswer;
  },
});

/** A number whose bit n is set when the row does not fit the filter on dimension n. */
function missesOf(filters: Filters): Condition {
  const given = rollupFilters.filter((name) => filters[name] !== undefined);
  const bits = given.map((name) => {
    const fits = filterCondition(filters, [name]).sql;
    return `if(${fits}, 0, ${1 << rollupFilters.indexOf(name)})`;
  });
  return { sql: bits.join(' + ') || '0', parameters: filterCondition(filters, rollupFilters).parameters };
}
