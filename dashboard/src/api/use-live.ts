// GET /api/live: rows as they reach the store, over one event stream that is open only while it is wanted.
import { useDocumentVisibility } from '@vueuse/core';
import { type MaybeRefOrGetter, onScopeDispose, toValue, watch } from 'vue';
import type { LiveEvent } from '../../../contract/questions/live.ts';
import type { Filters } from '../../../contract/questions/window.ts';
import { questionAddress } from './ask.ts';

interface LiveOptions {
  filters: MaybeRefOrGetter<Filters>;
  /** The stream is open while this is true and the tab is visible. */
  enabled: MaybeRefOrGetter<boolean>;
  onRows: (event: LiveEvent) => void;
}

/** The browser reconnects by itself when the stream breaks. */
export function useLive({ filters, enabled, onRows }: LiveOptions): void {
  const visibility = useDocumentVisibility();
  let source: EventSource | undefined;

  function close(): void {
    source?.close();
    source = undefined;
  }

  watch(
    () => (toValue(enabled) && visibility.value === 'visible' ? questionAddress('live', toValue(filters)) : ''),
    (address) => {
      close();
      if (!address) return;
      source = new EventSource(address);
      source.addEventListener('exchanges', (event) => onRows(JSON.parse(event.data) as LiveEvent));
    },
    { immediate: true },
  );
  onScopeDispose(close);
}
