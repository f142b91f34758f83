// A clock that tests move by hand, with timers that fire when it passes them. Not a suite itself.

export interface FakeTime {
  clock(): number;
  timer(run: () => void, ms: number): () => void;
  /** Moves on, and lets whatever fires on the way come to rest. */
  pass(ms: number): Promise<void>;
}

export function fakeTime(): FakeTime {
  let now = 1_000_000;
  const due = new Set<{ at: number; run: () => void }>();
  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    clock: () => now,
    timer(run, ms) {
      const one = { at: now + ms, run };
      due.add(one);
      return () => due.delete(one);
    },
    async pass(ms) {
      const until = now + ms;
      await rest();
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (!next) break;
        due.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await rest();
      }
      now = until;
    },
  };
}
