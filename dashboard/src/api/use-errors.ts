// GET /api/errors for the window and filters of the page: classes over time, by target, and the newest failures.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { ErrorsAnswer } from '../../../contract/questions/errors.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useErrors() {
  const { query, resolved, refetchInterval } = useWindow();
  const parameters = computed(() => ({ ...query.value, step: resolved.value.step }));
  return useQuery({
    queryKey: computed(() => ['errors', parameters.value]),
    queryFn: ({ signal }) => ask<ErrorsAnswer>('errors', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
