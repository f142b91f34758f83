// From all outcomes of one exchange to the one label that counts: an explicit outcome outranks an inferred one, that a judged
// one, and nothing counts before its time, good or bad. Refusals arrive at once and contentment is silence: whoever counts
// labels as they come finds every new model bad.
import type { OutcomeRecord, OutcomeSource } from '../contract/outcome.ts';

export interface DecidedExchange {
  /** When the decision was taken, epoch milliseconds. */
  decidedAt: number;
  /** As decisions say; anything but `sampled` was chosen by something that looked, and teaches nothing about choosing. */
  kind: string;
}

export interface SettledLabel {
  value: number;
  source: OutcomeSource;
  /** One over the chance of having been judged at all, at most `mostWeight`; 1 for what nobody sampled. */
  inverseChance: number;
  version: string;
}

const ranks: readonly OutcomeSource[] = ['explicit', 'inferred', 'judged'];
const mostWeight = 20;
/** Clocks of two machines differ by so much without anything being wrong. */
const clockSkewMs = 60_000;

export function settledLabel(
  outcomes: readonly OutcomeRecord[],
  { decidedAt, kind }: DecidedExchange,
  { now, attributionMs }: { now: number; attributionMs: number },
): SettledLabel | null {
  if (kind !== 'sampled') return null;
  if (!(now - decidedAt >= attributionMs)) return null;
  const counted = outcomes.filter((outcome) => saysSomething(outcome) && outcome.at >= decidedAt - clockSkewMs);
  for (const source of ranks) {
    const ofSource = onePerId(counted.filter((outcome) => outcome.source === source));
    if (ofSource.length === 0) continue;
    const { sampledWith, version } = ofSource.at(-1)!;
    return { value: worthOf(ofSource, source), source, inverseChance: Math.min(mostWeight, 1 / sampledWith), version };
  }
  return null;
}

const saysSomething = ({ value, weight }: OutcomeRecord): boolean => value !== null && weight > 0;

/** Sent twice is said once; of two versions of one outcome the later holds. In the order in which they happened. */
function onePerId(outcomes: readonly OutcomeRecord[]): OutcomeRecord[] {
  const byId = new Map<string, OutcomeRecord>();
  for (const outcome of outcomes.toSorted((one, other) => one.receivedAt - other.receivedAt))
    byId.set(outcome.id, outcome);
  return [...byId.values()].sort((one, other) => one.at - other.at || one.receivedAt - other.receivedAt);
}

/** People change their minds: their last word counts. Signs in the traffic are taken by the worst of them, judges by mean. */
function worthOf(outcomes: readonly OutcomeRecord[], source: OutcomeSource): number {
  if (source === 'explicit') return outcomes.at(-1)!.value!;
  if (source === 'inferred') return Math.min(...outcomes.map(({ value, weight }) => 1 - weight * (1 - value!)));
  const weight = outcomes.reduce((sum, one) => sum + one.weight, 0);
  return outcomes.reduce((sum, one) => sum + one.weight * one.value!, 0) / weight;
}
