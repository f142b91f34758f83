// GET /api/status: what the dashboard needs to know about the house itself. Asked often until there is traffic.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { StatusAnswer } from '../../../contract/questions/status.ts';
import { ask } from './ask.ts';

export function useStatus() {
  return useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => ask<StatusAnswer>('status', {}, signal),
    refetchInterval: (query) => (query.state.data?.exchanges === 0 ? 5000 : 30_000),
  });
}

/** The reporting time zone; UTC until it is known. */
export function useTimezone() {
  const { data } = useStatus();
  return computed(() => data.value?.timezone ?? 'UTC');
}
