// The window and filters of the page. The URL is where they live; every page and question reads them from here.
import { useDocumentVisibility, useIntervalFn } from '@vueuse/core';
import { computed, type InjectionKey, inject, provide, type Ref, ref } from 'vue';
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router';
import type { Filters } from '../../../contract/questions/window.ts';
import { type FilterName, filterNames, readFilters } from './filters.ts';
import { isShort, type Range, type ResolvedWindow, readRange, resolveRange, usualPreset, writeRange } from './range.ts';

export interface PageWindow {
  range: Readonly<Ref<Range>>;
  filters: Readonly<Ref<Filters>>;
  resolved: Readonly<Ref<ResolvedWindow>>;
  /** Milliseconds between refreshes; false while the tab is hidden or the range is fixed in the past. */
  refetchInterval: Readonly<Ref<number | false>>;
  /** `from`, `to` and the filters: what every question of the page starts with. */
  query: Readonly<Ref<Filters & { from: number; to: number }>>;
  setRange(range: Range): void;
  setFilter(name: FilterName, value: string | undefined): void;
  clearFilters(): void;
  /** Where a click leads that adds this filter on another page, range and other filters kept. */
  linkTo(page: string, filters: Partial<Record<FilterName, string>>): PageLink;
  /** Where a click leads that shows requests: of another time, of those that asked a provider, or one of them opened. */
  requestsOf(wanted: { from?: number; to?: number; tried?: string; id?: string; unpriced?: boolean }): PageLink;
}

interface PageLink {
  name: string;
  query: LocationQueryRaw;
}

const key: InjectionKey<PageWindow> = Symbol('window');

export function useWindow(): PageWindow {
  return inject(key)!;
}

/** Called once, by the outermost component. `firstExchangeAt`: epoch milliseconds, null while unknown. */
export function provideWindow(firstExchangeAt: () => number | null): PageWindow {
  const route = useRoute();
  const router = useRouter();
  const visibility = useDocumentVisibility();
  const now = ref(Date.now());
  useIntervalFn(() => {
    if (visibility.value === 'visible') now.value = Date.now();
  }, 5000);

  // Compared by value, so that a change of `id` or `text` alone asks nothing again.
  const range = computed<Range>((before) =>
    same(before, readRange(route.query, usualPreset(firstExchangeAt(), now.value))),
  );
  const filters = computed<Filters>((before) => same(before, readFilters(route.query)));
  const resolved = computed<ResolvedWindow>((before) => same(before, resolveRange(range.value, now.value)));
  const query = computed(() => ({ from: resolved.value.from, to: resolved.value.to, ...filters.value }));
  const refetchInterval = computed(() => {
    if (visibility.value !== 'visible' || range.value.preset === 'custom') return false;
    return isShort(resolved.value) ? 10_000 : 60_000;
  });
  const kept = () => pick(route.query, ['range', 'from', 'to', ...filterNames]);
  const change = (changes: LocationQueryRaw) => void router.push({ query: { ...route.query, ...changes } });

  const made: PageWindow = {
    range,
    filters,
    resolved,
    query,
    refetchInterval,
    setRange: (next) => change(writeRange(next)),
    setFilter: (name, value) => change({ [name]: value || undefined }),
    clearFilters: () =>
      change({
        ...Object.fromEntries(filterNames.map((name) => [name, undefined])),
        text: undefined,
        tried: undefined,
        unpriced: undefined,
      }),
    linkTo: (page, added) => ({ name: page, query: { ...kept(), ...added } }),
    requestsOf({ from, to, tried, id, unpriced }) {
      const time = from === undefined || to === undefined ? {} : writeRange({ preset: 'custom', from, to });
      // Who was tried need not have answered in the end.
      const query = { ...kept(), ...time, tried, id, unpriced: unpriced ? '1' : undefined };
      return { name: 'requests', query: tried === undefined ? query : { ...query, provider: undefined } };
    },
  };
  provide(key, made);
  return made;
}

function same<Value>(before: Value | undefined, now: Value): Value {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

function pick(query: Record<string, unknown>, names: readonly string[]): LocationQueryRaw {
  const entries = names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]]));
  return Object.fromEntries(entries);
}
