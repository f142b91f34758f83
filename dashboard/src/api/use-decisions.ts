// GET /api/decisions, page after page, newest first. Nothing is asked again by itself, so that a list that someone reads
// never moves under the eyes.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { DecisionsAnswer } from '../../../contract/questions/decisions.ts';
import { useDecisionFilters } from '../window/use-decision-filters.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

const pageSize = 50;

export function useDecisions() {
  const page = useWindow();
  const { filters } = useDecisionFilters();
  const parameters = computed(() => ({ ...page.query.value, ...filters.value, limit: pageSize }));
  return useInfiniteQuery({
    queryKey: computed(() => ['decisions', page.range.value, page.filters.value, filters.value]),
    queryFn: ({ signal, pageParam }) =>
      ask<DecisionsAnswer>('decisions', { ...parameters.value, before: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (answer) => answer.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}
