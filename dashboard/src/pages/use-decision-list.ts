// The rows of the decision log, page after page.
import { computed } from 'vue';
import { useDecisions } from '../api/use-decisions.ts';
import { en } from '../locales/en.ts';

export type DecisionList = ReturnType<typeof useDecisionList>;

export function useDecisionList() {
  const pages = useDecisions();
  const rows = computed(() => pages.data.value?.pages.flatMap((page) => page.rows) ?? []);
  return {
    rows,
    loaded: computed(() => (pages.data.value ? en.routing.loaded(rows.value.length, pages.hasNextPage.value) : '')),
    isPending: pages.isPending,
    isStale: pages.isPlaceholderData,
    isLoadingMore: pages.isFetchingNextPage,
    hasMore: pages.hasNextPage,
    error: pages.error,
    refetch: () => void pages.refetch(),
    loadMore: () => void pages.fetchNextPage(),
  };
}
