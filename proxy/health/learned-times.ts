// Times to first token and longest gaps per model and input size, from all targets that serve the model.
import type { InputSize } from './input-size.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { type CallKind, type TimeLimits, timeLimits } from './time-limits.ts';

const mostModels = 200;
/** Below this the 95th percentile is the slowest of a handful. */
const enoughToHedge = 40;

interface Sketches {
  firstToken: QuantileSketch[];
  longestGap: QuantileSketch[];
}

export interface TimesOfCall {
  firstTokenMs: number | null;
  longestGapMs: number | null;
}

export class LearnedTimes {
  #models = new Map<string, Sketches>();

  add(model: string, size: InputSize, times: TimesOfCall, now: number): void {
    if (times.firstTokenMs === null && times.longestGapMs === null) return;
    const sketches: Sketches = this.#models.get(model) ?? { firstToken: [], longestGap: [] };
    this.#models.delete(model);
    this.#models.set(model, sketches);
    if (this.#models.size > mostModels) this.#models.delete(this.#models.keys().next().value!);
    remember(sketches.firstToken, size, times.firstTokenMs, now);
    remember(sketches.longestGap, size, times.longestGapMs, now);
  }

  limits(model: string, size: InputSize, kind: CallKind, now: number): TimeLimits {
    const sketches = this.#models.get(model);
    const [first, gap] = [sketches?.firstToken[size], sketches?.longestGap[size]];
    return timeLimits(
      {
        firstTokenP95Ms: first?.quantile(0.95) ?? null,
        longestGapP95Ms: gap?.quantile(0.95) ?? null,
        firstTokens: first?.count(now) ?? 0,
        gaps: gap?.count(now) ?? 0,
      },
      kind,
    );
  }

  /** 95th percentile of the time to first token; null when too little is known to hedge by. */
  firstTokenP95Ms(model: string, size: InputSize, now: number): number | null {
    const sketch = this.#models.get(model)?.firstToken[size];
    return sketch && sketch.count(now) >= enoughToHedge ? sketch.quantile(0.95) : null;
  }
}

function remember(sketches: QuantileSketch[], size: InputSize, ms: number | null, now: number): void {
  if (ms === null) return;
  const sketch = sketches[size] ?? new QuantileSketch();
  sketches[size] = sketch;
  sketch.add(ms, now);
}
