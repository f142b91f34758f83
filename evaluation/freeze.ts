// When nothing may move: the evidence is late, has dried up, or rests on prices or clocks that cannot be believed.
import type { TaskEvidence } from './evidence.ts';
import type { WeightPolicy } from './policy.ts';

/** Share of the usual labels below which something is wrong with how they come in. */
const driedUp = 0.25;
const day = 86_400_000;

/** Each a clause for people; none: weights may move. */
export function freezeReasons({ now, targets, footing }: TaskEvidence, { attributionMs, stalePricesMs }: WeightPolicy) {
  const reasons: string[] = [];
  const { outcomeLagMs, labelsPerHour, usualLabelsPerHour, pricesAgeMs, sinceLastVersionMs, frozenUntil } = footing;
  if (!Number.isFinite(now)) reasons.push('the time is not known');
  if (frozenUntil !== null && now < frozenUntil) reasons.push('frozen by a roll-back or an operator');
  if (outcomeLagMs > 2 * attributionMs) reasons.push(`outcomes are ${inWords(outcomeLagMs)} behind`);
  if (outcomeLagMs < 0) reasons.push('outcomes come from the future: a clock is wrong');
  if (usualLabelsPerHour !== null && labelsPerHour < driedUp * usualLabelsPerHour)
    reasons.push(`only ${labelsPerHour.toFixed(1)} labels an hour where ${usualLabelsPerHour.toFixed(1)} are usual`);
  if (pricesAgeMs === null) reasons.push('it is not known how old the prices are');
  else if (pricesAgeMs > stalePricesMs) reasons.push(`the prices are ${inWords(pricesAgeMs)} old`);
  else if (pricesAgeMs < 0) reasons.push('the prices come from the future: a clock is wrong');
  if (sinceLastVersionMs !== null && sinceLastVersionMs < 0) reasons.push('the clock went back since the last version');
  if (sinceLastVersionMs !== null && sinceLastVersionMs > 30 * day)
    reasons.push(`the last version is ${inWords(sinceLastVersionMs)} old: a clock is wrong, or nobody looked`);
  if (targets.some(({ breakerOpen }) => breakerOpen)) reasons.push('a target is down at the moment');
  return reasons;
}

const inWords = (ms: number): string =>
  ms >= 2 * day ? `${Math.round(ms / day)} days` : ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${ms} ms`;
