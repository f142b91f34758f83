// Lets a fixed number of holders through at a time, first come first served. The embedded engine runs one query per
// connection and parks one thread of Node's pool per call in flight, so calls wait here and not inside it.

export interface Turnstile<Holder> {
  /** Runs `task` with a free holder, as soon as there is one. */
  with<Result>(task: (holder: Holder) => Promise<Result>): Promise<Result>;
  /** Resolves when no task runs; new ones are still let in. */
  idle(): Promise<void>;
}

export function createTurnstile<Holder>(holders: Holder[]): Turnstile<Holder> {
  const free = [...holders];
  const waiting: ((holder: Holder) => void)[] = [];
  const whenIdle: (() => void)[] = [];

  const release = (holder: Holder): void => {
    const next = waiting.shift();
    if (next) next(holder);
    else free.push(holder);
    if (free.length === holders.length) for (const resolve of whenIdle.splice(0)) resolve();
  };

  return {
    async with(task) {
      const holder = free.pop() ?? (await new Promise<Holder>((resolve) => waiting.push(resolve)));
      try {
        return await task(holder);
      } finally {
        release(holder);
      }
    },
    async idle() {
      if (free.length < holders.length) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}
