// GET /api/totals for the window and filters of the page.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { TotalsAnswer } from '../../../contract/questions/totals.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useTotals() {
  const { query, refetchInterval } = useWindow();
  return useQuery({
    queryKey: computed(() => ['totals', query.value]),
    queryFn: ({ signal }) => ask<TotalsAnswer>('totals', query.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
