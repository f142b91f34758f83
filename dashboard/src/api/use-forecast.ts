// GET /api/forecast: what the running month will have cost, of what the filters leave.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { ForecastAnswer } from '../../../contract/questions/forecast.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useForecast() {
  const { filters } = useWindow();
  const parameters = computed(() => {
    const { session: _session, outcome: _outcome, ...asked } = filters.value;
    return asked;
  });
  return useQuery({
    queryKey: computed(() => ['forecast', parameters.value]),
    queryFn: ({ signal }) => ask<ForecastAnswer>('forecast', parameters.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}
