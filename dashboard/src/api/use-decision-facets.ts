// GET /api/decision-facets for the window of the page. Not narrowed by the filters, so that every alternative stays in sight.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { DecisionFacetsAnswer } from '../../../contract/questions/decision-facets.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useDecisionFacets() {
  const { resolved } = useWindow();
  const query = computed(() => ({ from: resolved.value.from, to: resolved.value.to }));
  return useQuery({
    queryKey: computed(() => ['decision-facets', query.value]),
    queryFn: ({ signal }) => ask<DecisionFacetsAnswer>('decision-facets', query.value, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
