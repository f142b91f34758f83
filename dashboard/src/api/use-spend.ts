// GET /api/spend: what was spent in the window of the page, by one dimension.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { SpendAnswer, SpendBy } from '../../../contract/questions/spend.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

/** The smallest step that the rollup can answer, in seconds; for an hour or two the exchanges can be asked. */
const quarter = 900;
const isHours = ({ from, to }: { from: number; to: number }) => to - from <= 2 * 3_600_000;

export function useSpend(by: MaybeRefOrGetter<SpendBy>) {
  const { query, resolved, refetchInterval } = useWindow();
  const parameters = computed(() => ({
    ...query.value,
    by: toValue(by),
    step: isHours(resolved.value) ? resolved.value.step : Math.max(resolved.value.step, quarter),
  }));
  return useQuery({
    queryKey: computed(() => ['spend', parameters.value]),
    queryFn: ({ signal }) => ask<SpendAnswer>('spend', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
