// GET /api/decisions/:id: why this model?
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { DecisionAnswer } from '../../../contract/questions/decision.ts';
import { ask } from './ask.ts';

export function useDecision(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['decision', toValue(id)]),
    queryFn: ({ signal }) => ask<DecisionAnswer>(`decisions/${encodeURIComponent(toValue(id))}`, {}, signal),
    staleTime: 60_000,
  });
}
