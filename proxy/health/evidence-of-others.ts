// What other proxies saw of the targets. Each proxy's newest snapshot stands for it, so the same message twice, or messages
// in another order, or lost ones change nothing.
import { evidenceHalfLifeMs } from './failure-rate.ts';
import type { OthersOpinion } from './target-track.ts';

export interface HealthSnapshot {
  /** Of the proxy that saw it. */
  boot: string;
  /** Counts that proxy's snapshots. */
  sequence: number;
  targets: { key: string; successes: number; failures: number; coolingForMs: number }[];
}

/** However many others there are, together they weigh no more than so many calls of one's own. */
const mostWeight = 10;
/** A proxy that has been silent for so long has no opinion any more. */
const silentMs = 30_000;
const mostProxies = 100;

interface Heard {
  sequence: number;
  at: number;
  targets: Map<string, OthersOpinion>;
}

export class EvidenceOfOthers {
  #heard = new Map<string, Heard>();

  receive({ boot, sequence, targets }: HealthSnapshot, now: number): void {
    const known = this.#heard.get(boot);
    if (known && known.sequence >= sequence) return;
    // The sequence of a silent proxy is kept for as long as there is room, so that an old message stays old.
    this.#heard.delete(boot);
    this.#heard.set(boot, { sequence, at: now, targets: new Map(targets.map((one) => [one.key, opinion(one, now)])) });
    if (this.#heard.size > mostProxies) this.#heard.delete(this.#heard.keys().next().value!);
  }

  /** Null when nobody says anything of this target. */
  of(key: string, now: number): OthersOpinion | null {
    let sum: OthersOpinion | null = null;
    for (const { at, targets } of this.#heard.values()) {
      const one = now - at < silentMs ? targets.get(key) : undefined;
      if (!one) continue;
      sum ??= { successes: 0, failures: 0, coolingUntil: null };
      const kept = 2 ** ((at - now) / evidenceHalfLifeMs);
      sum.successes += one.successes * kept;
      sum.failures += one.failures * kept;
      // A rate limit belongs to the credential, whoever meets it first.
      if ((one.coolingUntil ?? now) > (sum.coolingUntil ?? now)) sum.coolingUntil = one.coolingUntil;
    }
    return sum && bounded(sum);
  }
}

function opinion(one: HealthSnapshot['targets'][number], now: number): OthersOpinion {
  const { successes, failures, coolingForMs } = one;
  return { successes, failures, coolingUntil: coolingForMs > 0 ? now + coolingForMs : null };
}

function bounded(sum: OthersOpinion): OthersOpinion {
  const scale = Math.min(1, mostWeight / Math.max(mostWeight, sum.successes + sum.failures));
  return { ...sum, successes: sum.successes * scale, failures: sum.failures * scale };
}
