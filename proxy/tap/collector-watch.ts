// Tells when the collector has been away for so long that it is worth saying: records are safe on disk meanwhile, but nobody
// can see them. Looked at when an exchange begins, so it costs nothing while nothing happens.

/** A collector that restarts is back sooner. */
const patienceMs = 30_000;

export interface Delivery {
  waitingSegments: number;
  /** Epoch milliseconds; 0: never yet. */
  lastSuccessAt: number;
}

export class CollectorWatch {
  #waitingSince: number | null = null;

  /** `now`: epoch milliseconds. */
  away({ waitingSegments, lastSuccessAt }: Delivery, now: number): boolean {
    if (waitingSegments === 0) this.#waitingSince = null;
    else if (this.#waitingSince === null || lastSuccessAt > this.#waitingSince) this.#waitingSince = now;
    return this.#waitingSince !== null && now - this.#waitingSince > patienceMs;
  }
}
