// The verdict of a canary or an experiment, readable at any time. Arms are compared within strata (task, difficulty,
// language, version of the weights) and the differences are weighed by what all traffic is made of, so that an arm which got
// the hard prompts is not called the worse one.
import { countForMargin, type SequenceOptions, sequenceMargin } from './confidence-sequence.ts';

/** Sums over the observations of one arm; each observation is a unit's mean where units have many. */
export interface ArmSums {
  count: number;
  sum: number;
  sumOfSquares: number;
}

export interface Stratum {
  name: string;
  control: ArmSums;
  candidate: ArmSums;
}

export interface CompareOptions extends SequenceOptions {
  /** How much worse the candidate may be and still be called no worse. */
  margin: number;
  leastPerArm?: number;
}

export interface ArmVerdict {
  verdict: 'better' | 'worse' | 'no_worse' | 'undecided' | 'too_early';
  /** Candidate less control, within strata; null where no stratum has both. */
  difference: number | null;
  low: number | null;
  high: number | null;
  counts: { control: number; candidate: number };
  /** Observations still needed of both arms together, if the difference is what it looks like; null: none, or too many. */
  stillNeeded: number | null;
  /** What it would look like without strata, and whether that tells the opposite (Simpson). */
  pooledDifference: number | null;
  misleadsWhenPooled: boolean;
  reasons: string[];
}

export function compareArms(strata: readonly Stratum[], options: CompareOptions): ArmVerdict {
  const { leastPerArm = 100, margin } = options;
  const counts = { control: total(strata, 'control'), candidate: total(strata, 'candidate') };
  const shared = strata.filter(({ control, candidate }) => control.count > 1 && candidate.count > 1);
  const apart = strata.length - shared.length;
  const reasons = apart > 0 ? [`${apart} of ${strata.length} strata have one arm only and say nothing`] : [];
  const pooledDifference = pooledOf(strata);
  const none = { difference: null, low: null, high: null, stillNeeded: null, misleadsWhenPooled: false };
  if (shared.length === 0) return { verdict: 'too_early', ...none, counts, pooledDifference, reasons };
  const { difference, variance, count } = stratified(shared);
  const deviation = Math.sqrt(variance * count);
  const half = sequenceMargin(count, deviation, options);
  const [low, high] = [difference - half, difference + half];
  const misleadsWhenPooled = pooledDifference !== null && pooledDifference * difference < 0;
  if (misleadsWhenPooled) reasons.push('the arms had different traffic: without strata the opposite would appear');
  const tooEarly = counts.control < leastPerArm || counts.candidate < leastPerArm;
  const verdict = tooEarly ? 'too_early' : verdictOf(low, high, margin);
  const decided = verdict === 'better' || verdict === 'worse' || verdict === 'no_worse';
  const goal = Math.max(Math.abs(difference), difference + margin);
  const needed = decided ? null : countForMargin(goal, deviation, options);
  const stillNeeded = needed === null ? null : Math.max(0, needed - count);
  return { verdict, difference, low, high, counts, stillNeeded, pooledDifference, misleadsWhenPooled, reasons };
}

function verdictOf(low: number, high: number, margin: number): ArmVerdict['verdict'] {
  if (low > 0) return 'better';
  if (high < 0) return 'worse';
  return low > -margin ? 'no_worse' : 'undecided';
}

const total = (strata: readonly Stratum[], arm: 'control' | 'candidate'): number =>
  strata.reduce((sum, stratum) => sum + stratum[arm].count, 0);

function stratified(strata: readonly Stratum[]): { difference: number; variance: number; count: number } {
  const count = total(strata, 'control') + total(strata, 'candidate');
  let difference = 0;
  let variance = 0;
  for (const { control, candidate } of strata) {
    const share = (control.count + candidate.count) / count;
    difference += share * (meanOf(candidate) - meanOf(control));
    variance += share ** 2 * (varianceOf(candidate) / candidate.count + varianceOf(control) / control.count);
  }
  return { difference, variance, count };
}

function pooledOf(strata: readonly Stratum[]): number | null {
  const sums = (arm: 'control' | 'candidate'): number => strata.reduce((sum, stratum) => sum + stratum[arm].sum, 0);
  const [control, candidate] = [total(strata, 'control'), total(strata, 'candidate')];
  return control > 0 && candidate > 0 ? sums('candidate') / candidate - sums('control') / control : null;
}

const meanOf = ({ count, sum }: ArmSums): number => sum / count;

/** Two observations are thrown in halfway between 0 and 1, so that three of three accepted are not beyond all doubt. */
function varianceOf({ count, sum, sumOfSquares }: ArmSums): number {
  const all = count + 2;
  const mean = (sum + 1) / all;
  return Math.max(0, (sumOfSquares + 1) / all - mean ** 2);
}
