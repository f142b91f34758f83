// GET /api/reliability for the window and filters of the page, in buckets of `step` seconds.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { ReliabilityAnswer } from '../../../contract/questions/reliability.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useReliability(step: MaybeRefOrGetter<number>) {
  const { query, refetchInterval } = useWindow();
  const parameters = computed(() => ({ ...query.value, step: toValue(step) }));
  return useQuery({
    queryKey: computed(() => ['reliability', parameters.value]),
    queryFn: ({ signal }) => ask<ReliabilityAnswer>('reliability', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
