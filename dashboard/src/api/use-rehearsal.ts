// POST /api/routing/try: one rehearsal at a time, with how far it is while it runs.
import { onScopeDispose, ref, shallowRef } from 'vue';
import type { RehearsalAnswer, RehearsalProgress } from '../../../contract/questions/rehearsal.ts';
import { en } from '../locales/en.ts';
import { useWindow } from '../window/use-window.ts';
import { AskError, askLines } from './ask.ts';

type Line = { progress: RehearsalProgress } | { answer: RehearsalAnswer };

export function useRehearsal() {
  const { resolved } = useWindow();
  const running = ref(false);
  const progress = shallowRef<RehearsalProgress | null>(null);
  const answer = shallowRef<RehearsalAnswer | null>(null);
  const problem = shallowRef<AskError | null>(null);
  let under = new AbortController();

  /** `text`: what the reader wrote; whatever is wrong with it ends in `problem`. */
  async function run(text: string): Promise<void> {
    stop();
    const mine = new AbortController();
    under = mine;
    answer.value = null;
    problem.value = null;
    progress.value = null;
    running.value = true;
    try {
      const body = { routes: parsed(text), from: resolved.value.from, to: resolved.value.to };
      for await (const line of askLines<Line>('routing/try', body, mine.signal)) {
        if ('answer' in line) answer.value = line.answer;
        else progress.value = line.progress;
      }
    } catch (error) {
      if (!mine.signal.aborted) problem.value = toAskError(error);
    }
    if (under === mine) running.value = false;
  }

  function stop(): void {
    under.abort();
    running.value = false;
  }

  onScopeDispose(stop);
  return { running, progress, answer, problem, run, stop };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AskError(400, { code: 'not_json', message: en.routing.try.notJson((error as Error).message), fix: '' });
  }
}

function toAskError(error: unknown): AskError {
  if (error instanceof AskError) return error;
  return new AskError(0, { code: 'unreachable', message: (error as Error).message, fix: '' });
}
