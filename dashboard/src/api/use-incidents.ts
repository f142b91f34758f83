// GET /api/incidents for the window and filters of the page.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { IncidentsAnswer } from '../../../contract/questions/incidents.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

export function useIncidents() {
  const { query, refetchInterval } = useWindow();
  return useQuery({
    queryKey: computed(() => ['incidents', query.value]),
    queryFn: ({ signal }) => ask<IncidentsAnswer>('incidents', query.value, signal),
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}
