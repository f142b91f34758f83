// The filters that only decisions have. They live in the URL beside the filters of every page.
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { DecisionFilters } from '../../../contract/questions/decisions.ts';

export const decisionFilterNames = ['route', 'kind', 'strategy', 'requestedModel', 'excluded'] as const;
export type DecisionFilterName = (typeof decisionFilterNames)[number];

export function useDecisionFilters() {
  const route = useRoute();
  const router = useRouter();
  // Compared by value, so that a change of `id` alone asks nothing again. The empty text is a value: no route.
  const filters = computed<DecisionFilters>((before) => {
    const given = decisionFilterNames.flatMap((name) => {
      const value = route.query[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const now: DecisionFilters = Object.fromEntries(given);
    return before && JSON.stringify(before) === JSON.stringify(now) ? before : now;
  });
  const setFilter = (name: DecisionFilterName, value: string | undefined) =>
    void router.push({ query: { ...route.query, [name]: value } });
  const clear = () =>
    void router.push({
      query: { ...route.query, ...Object.fromEntries(decisionFilterNames.map((name) => [name, undefined])) },
    });
  const isFiltered = computed(() => Object.keys(filters.value).length > 0);
  return { filters, setFilter, clear, isFiltered };
}
