// From the chance of being best to a share that may be given: what likely falls below the floor shrinks, what misses its
// limits is taken out, newcomers stay small, and when nobody is left the likeliest to be accepted answers alone.
import type { WeightPolicy } from './policy.ts';
import { type Standing, sure } from './standing.ts';

export interface Guarded {
  share: number;
  /** Why the share is not the chance of being best; '' where it is. */
  because: string;
}

/**
 * What a guard took away weighs this much for the best of those against whom nothing speaks. All of it would leave a target at
 * the first doubt, which costs more than it saves; none would leave nobody to take over from one that is surely bad.
 */
const standInWeight = 0.1;

/** `before`: the shares in force, in the order of the standings. */
export function guarded(standings: readonly Standing[], before: readonly number[], policy: WeightPolicy): Guarded[] {
  const wanted = standings.map((standing) => guard(standing, policy));
  const taken = Math.max(0, 1 - wanted.reduce((sum, { share }) => sum + share, 0));
  const hasStandIn = standings.some(({ standsIn }) => standsIn > 0);
  const last = likeliestAccepted(standings);
  const weighed = wanted.map(({ share, because }, place) => {
    if (hasStandIn) return { share: share + standInWeight * taken * standings[place]!.standsIn, because };
    if (place !== last || taken <= 0) return { share, because };
    return { share: share + taken, because: `${because === '' ? '' : `${because}; `}nobody else is left` };
  });
  const sum = weighed.reduce((total, { share }) => total + share, 0);
  const shares = weighed.map(({ share, because }) => ({ share: share / sum, because }));
  return newcomersHeld(shares, standings, { before, policy });
}

function guard(standing: Standing, policy: WeightPolicy): Guarded {
  const { evidence, labels, meetsFloor, tooLate, tooFaulty, isBest } = standing;
  if (evidence.blocked !== '') return { share: 0, because: `taken out: ${evidence.blocked}` };
  if (tooFaulty !== null && tooFaulty > sure)
    return { share: 0, because: `taken out: surely fails more than ${percent(policy.failureAllowance)} of its calls` };
  if (tooLate !== null && tooLate > sure)
    return { share: 0, because: `taken out: surely late for more than ${percent(policy.lateAllowance)} of its calls` };
  // Little by little and not at once: one that was demoted by bad luck still gets the labels that show it.
  if (labels >= policy.leastLabels && meetsFloor !== null && meetsFloor < policy.demoteBelow)
    return {
      share: isBest * (meetsFloor / policy.demoteBelow) ** 2,
      because: `demoted: meets the floor of ${percent(policy.qualityFloor!)} with ${percent(meetsFloor)}`,
    };
  return { share: isBest, because: '' };
}

/** How much more of the traffic a newcomer may get from one version to the next, beyond its cap. */
const newcomerGrowth = 1.5;

/** Who has few labels grows slowly, whatever these say; what is thereby left over stays with the others as it was. */
function newcomersHeld(
  wanted: readonly Guarded[],
  standings: readonly Standing[],
  { before, policy }: { before: readonly number[]; policy: WeightPolicy },
): Guarded[] {
  const caps = standings.map(({ labels }, place) =>
    labels < policy.leastLabels ? Math.max(policy.newcomerShare, newcomerGrowth * before[place]!) : 1,
  );
  const isHeld = wanted.map(({ share }, place) => share > caps[place]!);
  const left = wanted.reduce((sum, { share }, place) => sum + Math.max(0, share - caps[place]!), 0);
  const others = wanted.map(({ share }, place) => (isHeld[place] ? 0 : share > 0 ? before[place]! + share : 0));
  const all = others.reduce((sum, share) => sum + share, 0);
  if (left <= 0 || all <= 0) return [...wanted];
  return wanted.map(({ share, because }, place) =>
    isHeld[place]
      ? {
          share: caps[place]!,
          because: `held at ${percent(caps[place]!)}: only ${Math.round(standings[place]!.labels)} labels yet`,
        }
      : { share: share + (left * others[place]!) / all, because },
  );
}

function likeliestAccepted(standings: readonly Standing[]): number {
  const free = [...standings.keys()].filter((place) => standings[place]!.evidence.blocked === '');
  const places = free.length > 0 ? free : [...standings.keys()];
  return places.reduce((best, place) => (standings[place]!.acceptance > standings[best]!.acceptance ? place : best));
}

export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
