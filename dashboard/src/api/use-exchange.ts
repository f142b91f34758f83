// GET /api/exchanges/:id: everything that is known of one exchange.
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { ExchangeAnswer } from '../../../contract/questions/exchange.ts';
import { ask } from './ask.ts';

export function useExchange(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => ['exchange', toValue(id)]),
    queryFn: ({ signal }) => ask<ExchangeAnswer>(`exchanges/${encodeURIComponent(toValue(id))}`, {}, signal),
    enabled: computed(() => toValue(id) !== ''),
    staleTime: 60_000,
  });
}
