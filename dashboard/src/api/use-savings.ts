// GET /api/savings: what was not spent in the window of the page.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { SavingsAnswer } from '../../../contract/questions/savings.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useSavings() {
  const { query, refetchInterval } = useWindow();
  return useQuery({
    queryKey: computed(() => ['savings', query.value]),
    queryFn: ({ signal }) => ask<SavingsAnswer>('savings', query.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
