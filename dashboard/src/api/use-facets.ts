// GET /api/facets for the window of the page. Not narrowed by the filters, so that every alternative stays in sight.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { FacetsAnswer } from '../../../contract/questions/facets.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useFacets() {
  const { resolved } = useWindow();
  const query = computed(() => ({ from: resolved.value.from, to: resolved.value.to }));
  return useQuery({
    queryKey: computed(() => ['facets', query.value]),
    queryFn: ({ signal }) => ask<FacetsAnswer>('facets', query.value, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
