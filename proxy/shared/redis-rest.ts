// When Redis is left alone: from the first miss until an attempt in the background succeeds. Nobody who has a call to answer
// makes that attempt.
export interface Rest {
  resting(): boolean;
  /** Something was asked and not answered, or refused. */
  begin(problem: string): void;
  /** The way is open again as it seems: do not wait for the end of the rest. */
  probeNow(): void;
  close(): void;
}

export interface RestOptions {
  restMs: number;
  /** Rejects, or does not answer in time, where Redis cannot be used yet. */
  probe(): Promise<unknown>;
  onChange?(problem: string | null): void;
}

export function createRest({ restMs, probe, onChange }: RestOptions): Rest {
  let resting = false;
  let probing = false;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  const begin = (problem: string): void => {
    if (closed) return;
    if (!resting) {
      resting = true;
      onChange?.(problem);
    }
    timer ??= setTimeout(probeNow, restMs).unref();
  };
  const end = (): void => {
    if (closed || !resting) return;
    resting = false;
    onChange?.(null);
  };
  const probeNow = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (closed || probing || !resting) return;
    probing = true;
    probe()
      .then(end, (error: Error) => begin(error.message))
      .finally(() => {
        probing = false;
      });
  };
  return {
    resting: () => resting,
    begin,
    probeNow,
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
    },
  };
}
