// GET /api/exchanges, page after page, newest first. Refreshing is the live stream's business, so that a list that
// someone reads never moves under the eyes.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { ExchangesAnswer } from '../../../contract/questions/exchanges.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

const pageSize = 200;

/** `text` narrows to previews that contain it, `tried` to those that asked this provider in any attempt. */
export function useExchanges(text: MaybeRefOrGetter<string>, tried: MaybeRefOrGetter<string>) {
  const { query, range, filters } = useWindow();
  const parameters = computed(() => ({
    ...query.value,
    text: toValue(text) || undefined,
    tried: toValue(tried) || undefined,
    limit: pageSize,
  }));
  return useInfiniteQuery({
    queryKey: computed(() => ['exchanges', range.value, filters.value, toValue(text), toValue(tried)]),
    queryFn: ({ signal, pageParam }) =>
      ask<ExchangesAnswer>('exchanges', { ...parameters.value, before: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}
