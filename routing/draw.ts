// From probabilities to one of them. A request alone takes one uniform number; a session or a user takes the number that
// its hash gives with each target (weighted rendezvous hashing), so that it stays where it is while the shares stay, never
// moves into one that shrank, and over many units the split equals the probabilities.
import { uniformOf } from './hash.ts';
import { unitNumber } from './unit.ts';

export interface Drawn {
  /** Index of what was drawn. */
  place: number;
  /** The uniform number; of a unit, the one that its winner had. */
  draw: number;
}

/** `probabilities` add up to 1. */
export function drawAlone(probabilities: readonly number[], uniform: number): Drawn {
  let sum = 0;
  let last = 0;
  for (let place = 0; place < probabilities.length; place++) {
    const probability = probabilities[place]!;
    if (probability <= 0) continue;
    sum += probability;
    last = place;
    if (uniform < sum) return { place, draw: uniform };
  }
  return { place: last, draw: uniform };
}

/**
 * The shortest of exponential waiting times wins: -ln(uniform) / probability. Such a race is won with exactly the given
 * probabilities, and taking the winner out leaves the race of the others as it was.
 */
export function drawForUnit(probabilities: readonly number[], hashes: readonly number[], unit: string): Drawn {
  const number = unitNumber(unit);
  const winner = { place: 0, draw: 0, time: Number.POSITIVE_INFINITY };
  for (let place = 0; place < probabilities.length; place++) {
    const probability = probabilities[place]!;
    if (probability <= 0) continue;
    const draw = uniformOf(number, hashes[place]!);
    const time = -Math.log(draw) / probability;
    if (time < winner.time) Object.assign(winner, { place, draw, time });
  }
  return { place: winner.place, draw: winner.draw };
}
