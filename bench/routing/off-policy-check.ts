// The estimators against a world whose truth is known: how far the self-normalised one is off at an effective sample size of
// about two thousand, and how often the intervals held the truth at every look.
import { estimateOffPolicy, type LoggedDraw } from '../../evaluation/off-policy.ts';
import { seededRandom } from '../resilience/simulated-time.ts';

const strata = ['easy', 'middle', 'hard'];
const logged: Record<string, number> = { a: 0.45, b: 0.25, c: 0.15, d: 0.1, e: 0.05 };
const wished: Record<string, number> = { a: 0.1, b: 0.2, c: 0.4, d: 0.2, e: 0.1 };
const acceptance = (stratum: number, target: string): number => 0.95 - 0.12 * stratum - 0.03 * 'abcde'.indexOf(target);
/** Draws at which the effective sample size is about two thousand, and those at which is looked before. */
const draws = 3_900;
const looks = [500, 1_000, 2_000, draws];

export interface OffPolicyCheck {
  /** Points between estimate and truth: on average, and of nineteen in twenty runs at most. */
  meanError: number;
  errorOfMost: number;
  effectiveSample: number;
  covered: number;
}

export function offPolicyCheck(runs: number, seed: number): OffPolicyCheck {
  const random = seededRandom(seed * 65_537 + 5);
  const truth = strata.reduce((sum, _, stratum) => sum + expected(stratum) / strata.length, 0);
  const errors: number[] = [];
  let covered = 0;
  let effective = 0;
  for (let run = 0; run < runs; run++) {
    const log = Array.from({ length: draws }, () => drawOne(random));
    const estimates = looks.map((count) => estimateOffPolicy(log.slice(0, count), () => wished));
    const last = estimates.at(-1)!;
    effective += last.effectiveSample / runs;
    if (last.answer === 'estimate') errors.push(Math.abs(last.selfNormalised - truth));
    if (estimates.every((one) => one.answer === 'refused' || (one.low <= truth && truth <= one.high))) covered += 1;
  }
  errors.sort((one, other) => one - other);
  return {
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    errorOfMost: errors[Math.floor(errors.length * 0.95)]!,
    effectiveSample: effective,
    covered: covered / runs,
  };
}

const expected = (stratum: number): number =>
  Object.entries(wished).reduce((sum, [target, share]) => sum + share * acceptance(stratum, target), 0);

function drawOne(random: () => number): LoggedDraw {
  const stratum = Math.floor(random() * strata.length);
  const target = drawFrom(logged, random());
  const value = random() < acceptance(stratum, target) ? 1 : 0;
  return { stratum: strata[stratum]!, target, probability: logged[target]!, value, labelledWith: 1, unit: '' };
}

function drawFrom(shares: Record<string, number>, uniform: number): string {
  let sum = 0;
  for (const [name, share] of Object.entries(shares)) {
    sum += share;
    if (uniform < sum) return name;
  }
  return Object.keys(shares)[0]!;
}
