// GET /api/retry-costs for the window and filters of the page.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { RetryCostsAnswer } from '../../../contract/questions/retry-costs.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useRetryCosts() {
  const { query, refetchInterval } = useWindow();
  return useQuery({
    queryKey: computed(() => ['retry-costs', query.value]),
    queryFn: ({ signal }) => ask<RetryCostsAnswer>('retry-costs', query.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
