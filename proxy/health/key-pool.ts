// The credentials of one provider as a pool: which to use next, which to leave alone for a while, and how long until one
// is free.

/** A refused credential is tried again: keys are re-enabled and accounts are topped up. */
const firstDropMs = 30_000;
const longestDropMs = 600_000;

interface Credential {
  name: string;
  limitedUntil: number;
  lastLimitedAt: number;
  droppedUntil: number;
  drops: number;
  lastUsedAt: number;
}

export class KeyPool {
  #credentials: Credential[] = [];

  constructor(names: readonly string[]) {
    this.use(names);
  }

  /** From now on these are the pool; what is known of those that stay is kept. */
  use(names: readonly string[]): void {
    this.#credentials = names.map((name) => this.#named(name) ?? unused(name));
  }

  /** The free credential whose last limit is longest ago, turn by turn among equals; null when none is free. */
  pick(now: number): string | null {
    let best: Credential | null = null;
    for (const one of this.#credentials) {
      if (freeAt(one) > now) continue;
      const [limited, used] = [one.lastLimitedAt, one.lastUsedAt];
      const better =
        best === null || limited < best.lastLimitedAt || (limited === best.lastLimitedAt && used < best.lastUsedAt);
      if (better) best = one;
    }
    if (best !== null) best.lastUsedAt = now;
    return best?.name ?? null;
  }

  /** After a 429: `until` is when its cool-down ends. */
  limited(name: string, until: number, now: number): void {
    const credential = this.#named(name);
    if (!credential) return;
    credential.limitedUntil = Math.max(credential.limitedUntil, until);
    credential.lastLimitedAt = now;
  }

  /** After a 401, 402 or 403: dropped, for longer each time. */
  refused(name: string, now: number): void {
    const credential = this.#named(name);
    if (!credential || credential.droppedUntil > now) return;
    credential.droppedUntil = now + Math.min(longestDropMs, firstDropMs * 2 ** credential.drops);
    credential.drops++;
  }

  accepted(name: string): void {
    const credential = this.#named(name);
    if (credential) credential.drops = 0;
  }

  /** 0 when one is free now; null when all were refused, for which nobody should wait in a queue. */
  freeInMs(now: number): number | null {
    const waits = this.#credentials
      .filter((one) => one.droppedUntil <= now)
      .map((one) => Math.max(0, one.limitedUntil - now));
    return waits.length === 0 ? null : Math.min(...waits);
  }

  #named(name: string): Credential | undefined {
    return this.#credentials.find((one) => one.name === name);
  }
}

const unused = (name: string): Credential => ({
  name,
  limitedUntil: Number.NEGATIVE_INFINITY,
  lastLimitedAt: Number.NEGATIVE_INFINITY,
  droppedUntil: Number.NEGATIVE_INFINITY,
  drops: 0,
  lastUsedAt: Number.NEGATIVE_INFINITY,
});

const freeAt = (credential: Credential): number => Math.max(credential.limitedUntil, credential.droppedUntil);
