// GET /api/targets: the health of all targets now, as often as proxies report it, while somebody looks.
import { useQuery } from '@tanstack/vue-query';
import { useDocumentVisibility } from '@vueuse/core';
import { computed } from 'vue';
import type { TargetsAnswer } from '../../../contract/questions/targets.ts';
import { ask } from './ask.ts';

export function useTargets() {
  const visibility = useDocumentVisibility();
  return useQuery({
    queryKey: ['targets'],
    queryFn: ({ signal }) => ask<TargetsAnswer>('targets', {}, signal),
    refetchInterval: computed(() => (visibility.value === 'visible' ? 5000 : false)),
  });
}
