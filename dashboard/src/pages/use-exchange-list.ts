// The rows of the requests page: pages of the past below, rows from the live stream above. Live rows wait in a buffer
// while the reader has scrolled down, so that nothing moves under their eyes.
import { computed, type Ref, shallowRef, watch } from 'vue';
import type { ExchangeRow } from '../../../contract/questions/exchanges.ts';
import type { LiveEvent } from '../../../contract/questions/live.ts';
import { useExchanges } from '../api/use-exchanges.ts';
import { useLive } from '../api/use-live.ts';
import { en } from '../locales/en.ts';
import { useWindow } from '../window/use-window.ts';

const liveRowsKept = 2000;

interface ListOptions {
  text: Readonly<Ref<string>>;
  /** A provider that was asked in any attempt; empty for all. */
  tried: Readonly<Ref<string>>;
  /** Only those with tokens but without a price. */
  unpriced: Readonly<Ref<boolean>>;
  live: Readonly<Ref<boolean>>;
  /** Whether the table is scrolled to its top. */
  atTop: Readonly<Ref<boolean>>;
}

export type ExchangeList = ReturnType<typeof useExchangeList>;

export function useExchangeList({ text, tried, unpriced, live, atTop }: ListOptions) {
  const { filters, range } = useWindow();
  const pages = useExchanges({ text, tried, unpriced });
  const arrived = shallowRef<ExchangeRow[]>([]);
  const waiting = shallowRef<ExchangeRow[]>([]);
  const dropped = shallowRef(0);

  function receive(event: LiveEvent): void {
    const wanted = text.value.toLowerCase();
    const fits = (row: ExchangeRow) =>
      `${row.requestPreview}\n${row.responsePreview}`.toLowerCase().includes(wanted) &&
      (tried.value === '' || row.provider === tried.value) &&
      (!unpriced.value || (row.costNanos === null && (row.inputTokens ?? 0) + (row.outputTokens ?? 0) > 0));
    waiting.value = newestFirst([...event.rows.filter(fits), ...waiting.value]);
    dropped.value += event.dropped;
    if (atTop.value) release();
  }

  function release(): void {
    arrived.value = newestFirst([...waiting.value, ...arrived.value]).slice(0, liveRowsKept);
    waiting.value = [];
  }

  const enabled = computed(() => live.value && range.value.preset !== 'custom');
  useLive({ filters, enabled, onRows: receive });
  watch(atTop, (isAtTop) => isAtTop && release());
  watch([filters, text, tried, unpriced, range, live], () => {
    arrived.value = [];
    waiting.value = [];
    dropped.value = 0;
    if (live.value) void pages.refetch();
  });

  const rows = computed<ExchangeRow[]>(() => {
    const past = pages.data.value?.pages.flatMap((page) => page.rows) ?? [];
    if (arrived.value.length === 0) return past;
    const known = new Set(arrived.value.map((row) => row.id));
    return [...arrived.value, ...past.filter((row) => !known.has(row.id))];
  });
  const loaded = computed(() =>
    pages.data.value ? en.requests.loaded(rows.value.length, pages.hasNextPage.value) : '',
  );

  return {
    rows,
    loaded,
    dropped,
    waiting: computed(() => waiting.value.length),
    isPending: pages.isPending,
    isStale: pages.isPlaceholderData,
    isLoadingMore: pages.isFetchingNextPage,
    error: pages.error,
    refetch: () => void pages.refetch(),
    loadMore: () => {
      if (pages.hasNextPage.value && !pages.isFetchingNextPage.value && !pages.isFetchNextPageError.value)
        void pages.fetchNextPage();
    },
  };
}

/** Rows may reach the store out of order; each id once. */
function newestFirst(rows: ExchangeRow[]): ExchangeRow[] {
  const unique = new Map(rows.map((row) => [row.id, row]));
  return [...unique.values()].sort((one, other) => other.startedAt - one.startedAt);
}
