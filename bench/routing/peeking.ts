// Two arms looked at every hundred observations up to twenty thousand: how often one that is no better is called better, how
// often an interval ever misses the truth, and how soon a real difference is found. A z-test read the same way stands beside.
import { type ArmSums, compareArms } from '../../evaluation/compare-arms.ts';
import { seededRandom } from '../resilience/simulated-time.ts';

const observations = 20_000;
const lookEvery = 100;
const accepted = 0.8;

export interface Peeking {
  /** Share of runs in which a difference was ever announced, and by the z-test. */
  announced: number;
  naive: number;
  /** Share of runs whose interval held the truth at every look. */
  covered: number;
  /** Observations of both arms until it was announced, in the middle; null: in less than half of the runs. */
  medianStop: number | null;
}

export function peeking(lift: number, runs: number, seed: number): Peeking {
  const random = seededRandom(seed * 31_337 + Math.round(lift * 1_000));
  const seen = Array.from({ length: runs }, () => oneRun(lift, random));
  const stops = seen.map(({ stop }) => stop ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const middle = stops[runs >> 1]!;
  const share = (of: (one: Seen) => boolean): number => seen.filter(of).length / runs;
  return {
    announced: share(({ stop }) => stop !== null),
    naive: share(({ naive }) => naive),
    covered: share(({ missed }) => !missed),
    medianStop: Number.isFinite(middle) ? middle : null,
  };
}

interface Seen {
  stop: number | null;
  naive: boolean;
  missed: boolean;
}

function oneRun(lift: number, random: () => number): Seen {
  const control = { count: 0, sum: 0, sumOfSquares: 0 };
  const candidate = { count: 0, sum: 0, sumOfSquares: 0 };
  const seen: Seen = { stop: null, naive: false, missed: false };
  for (let count = 1; count <= observations; count++) {
    const isCandidate = random() < 0.5;
    add(isCandidate ? candidate : control, random() < accepted + (isCandidate ? lift : 0) ? 1 : 0);
    if (count % lookEvery !== 0) continue;
    const verdict = compareArms([{ name: '', control, candidate }], { margin: 0.03 });
    if (seen.stop === null && (verdict.verdict === 'better' || verdict.verdict === 'worse')) seen.stop = count;
    if (verdict.low !== null && (lift < verdict.low || lift > verdict.high!)) seen.missed = true;
    if (Math.abs(zOf(control, candidate)) > 1.96 && control.count >= 100 && candidate.count >= 100) seen.naive = true;
  }
  return seen;
}

function add(sums: ArmSums, value: number): void {
  sums.count += 1;
  sums.sum += value;
  sums.sumOfSquares += value ** 2;
}

function zOf(one: ArmSums, other: ArmSums): number {
  const variance = ({ count, sum }: ArmSums): number => ((sum / count) * (1 - sum / count)) / count;
  return (other.sum / other.count - one.sum / one.count) / Math.sqrt(variance(one) + variance(other));
}
