// GET /api/exchanges, page after page, newest first. Refreshing is the live stream's business, so that a list that
// someone reads never moves under the eyes.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { ExchangesAnswer } from '../../../contract/questions/exchanges.ts';
import { useWindow } from '../window/use-window.ts';
import { ask } from './ask.ts';

const pageSize = 200;

export interface Narrowing {
  /** Previews that contain it. */
  text: MaybeRefOrGetter<string>;
  /** A provider that was asked in any attempt; empty for all. */
  tried: MaybeRefOrGetter<string>;
  /** Only those with tokens but without a price. */
  unpriced: MaybeRefOrGetter<boolean>;
}

export function useExchanges({ text, tried, unpriced }: Narrowing) {
  const { query, range, filters } = useWindow();
  const parameters = computed(() => ({
    ...query.value,
    text: toValue(text) || undefined,
    tried: toValue(tried) || undefined,
    unpriced: toValue(unpriced) ? 'true' : undefined,
    limit: pageSize,
  }));
  return useInfiniteQuery({
    queryKey: computed(() => [
      'exchanges',
      range.value,
      filters.value,
      toValue(text),
      toValue(tried),
      toValue(unpriced),
    ]),
    queryFn: ({ signal, pageParam }) =>
      ask<ExchangesAnswer>('exchanges', { ...parameters.value, before: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}
