// POST /api/reconcile: an invoice held against the record. The file leaves the browser only for this collector.
import { computed, ref, shallowRef } from 'vue';
import type { ReconcileAnswer, ReconcileProgress } from '../../../contract/questions/reconcile.ts';
import { askLines } from './ask.ts';

/** What the collector takes. */
export const mostBytes = 32 * 1024 * 1024;

export function useReconcile() {
  const answer = shallowRef<ReconcileAnswer | null>(null);
  const error = shallowRef<Error | null>(null);
  const progress = shallowRef<ReconcileProgress | null>(null);
  const running = ref(false);
  let stop = new AbortController();

  async function check(text: string): Promise<void> {
    reset();
    running.value = true;
    const { signal } = stop;
    try {
      for await (const line of askLines<ReconcileLine>('reconcile', text, signal)) {
        if ('answer' in line) answer.value = line.answer;
        else if ('progress' in line) progress.value = line.progress;
        else answer.value = line;
      }
    } catch (reason) {
      if (!signal.aborted) error.value = reason as Error;
    } finally {
      if (!signal.aborted) running.value = false;
    }
  }

  function reset(): void {
    stop.abort();
    stop = new AbortController();
    answer.value = null;
    error.value = null;
    progress.value = null;
    running.value = false;
  }

  const share = computed(() => (progress.value?.of ? progress.value.read / progress.value.of : 0));
  return { answer, error, running, share, check, reset };
}

type ReconcileLine = { progress: ReconcileProgress } | { answer: ReconcileAnswer } | ReconcileAnswer;
