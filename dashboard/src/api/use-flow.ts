// GET /api/flow for the window and filters of the page: from the model asked for to who served it.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { FlowAnswer } from '../../../contract/questions/flow.ts';
import { useDecisionFilters } from '../window/use-decision-filters.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useFlow() {
  const { query, refetchInterval } = useWindow();
  const { filters } = useDecisionFilters();
  const parameters = computed(() => ({ ...query.value, ...filters.value }));
  return useQuery({
    queryKey: computed(() => ['flow', parameters.value]),
    queryFn: ({ signal }) => ask<FlowAnswer>('flow', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval: computed(() => refetchInterval.value && Math.max(refetchInterval.value, 30_000)),
  });
}
