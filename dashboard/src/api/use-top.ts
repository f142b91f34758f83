// GET /api/top: the groups of one dimension that cost most in the window of the page.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { TopAnswer } from '../../../contract/questions/top.ts';
import type { Dimension } from '../../../contract/questions/window.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useTop(by: MaybeRefOrGetter<Dimension>, limit = 8) {
  const { query, refetchInterval } = useWindow();
  const parameters = computed(() => ({ ...query.value, by: toValue(by), order: 'cost', limit }));
  return useQuery({
    queryKey: computed(() => ['top', parameters.value]),
    queryFn: ({ signal }) => ask<TopAnswer>('top', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
