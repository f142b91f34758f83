// GET /api/routing-misses: what switching targets cost. No rollup answers it, so it is not asked again by itself.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { RoutingMissesAnswer } from '../../../contract/questions/routing-misses.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useRoutingMisses() {
  const { query, range, filters } = useWindow();
  return useQuery({
    queryKey: computed(() => ['routing-misses', range.value, filters.value]),
    queryFn: ({ signal }) => ask<RoutingMissesAnswer>('routing-misses', query.value, signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}
