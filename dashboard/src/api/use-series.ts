// GET /api/series for the window and filters of the page, grouped or not. Equal questions are asked once.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { SeriesAnswer } from '../../../contract/questions/series.ts';
import type { Dimension } from '../../../contract/questions/window.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useSeries(by?: MaybeRefOrGetter<Dimension | undefined>) {
  const { query, resolved, refetchInterval } = useWindow();
  const parameters = computed(() => ({ ...query.value, step: resolved.value.step, by: toValue(by) }));
  return useQuery({
    queryKey: computed(() => ['series', parameters.value]),
    queryFn: ({ signal }) => ask<SeriesAnswer>('series', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
