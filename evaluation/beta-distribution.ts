// Beta distributions on one grid of the unit interval: density, distribution and quantiles. A grid instead of random draws
// makes every published number repeatable to the bit, and asks for no generator.

/** Cells of the grid: fine enough for a posterior of some ten thousand labels. */
const cells = 1_024;
const middles = Float64Array.from({ length: cells }, (_, cell) => (cell + 0.5) / cells);
const logs = middles.map(Math.log);
const counterLogs = middles.map((value) => Math.log(1 - value));

export interface BetaTable {
  /** Mass of each cell; the cells add up to 1. */
  mass: Float64Array;
  /** Mass up to the end of each cell. */
  cumulative: Float64Array;
}

export interface Beta {
  accepted: number;
  rejected: number;
}

export const betaMean = ({ accepted, rejected }: Beta): number => accepted / (accepted + rejected);

/** Both counts above 0. */
export function betaTable({ accepted, rejected }: Beta): BetaTable {
  const mass = new Float64Array(cells);
  const cumulative = new Float64Array(cells);
  let highest = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < cells; cell++) {
    mass[cell] = (accepted - 1) * logs[cell]! + (rejected - 1) * counterLogs[cell]!;
    if (mass[cell]! > highest) highest = mass[cell]!;
  }
  let sum = 0;
  // What is e^-60 of the highest adds nothing to any figure, and most of the grid is that low.
  for (let cell = 0; cell < cells; cell++) {
    const height = mass[cell]! - highest;
    mass[cell] = height < -60 ? 0 : Math.exp(height);
    sum += mass[cell]!;
    cumulative[cell] = sum;
  }
  for (let cell = 0; cell < cells; cell++) {
    mass[cell]! /= sum;
    cumulative[cell]! /= sum;
  }
  return { mass, cumulative };
}

/** Chance of being at most `value`. */
export function betaBelow({ cumulative }: BetaTable, value: number): number {
  const place = value * cells;
  if (place <= 0) return 0;
  if (place >= cells) return 1;
  const cell = Math.floor(place);
  const before = cell === 0 ? 0 : cumulative[cell - 1]!;
  return before + (cumulative[cell]! - before) * (place - cell);
}

export function betaQuantile({ cumulative }: BetaTable, share: number): number {
  let low = 0;
  let high = cells - 1;
  while (low < high) {
    const between = (low + high) >> 1;
    if (cumulative[between]! < share) low = between + 1;
    else high = between;
  }
  const before = low === 0 ? 0 : cumulative[low - 1]!;
  const within = cumulative[low]! > before ? (share - before) / (cumulative[low]! - before) : 0.5;
  return Math.min(1, Math.max(0, (low + within) / cells));
}

/** For each the chance that its value plus its offset is the highest of all; they add up to 1. */
export function chancesOfBeingBest(tables: readonly BetaTable[], offsets: readonly number[]): number[] {
  const chances = tables.map((one, place) => {
    let chance = 0;
    for (let cell = 0; cell < cells; cell++) {
      let joint = one.mass[cell]!;
      if (joint < 1e-12) continue;
      for (let other = 0; other < tables.length && joint > 0; other++) {
        if (other === place) continue;
        joint *= betaBelow(tables[other]!, middles[cell]! + offsets[place]! - offsets[other]!);
      }
      chance += joint;
    }
    return chance;
  });
  const sum = chances.reduce((total, chance) => total + chance, 0);
  return sum > 0 ? chances.map((chance) => chance / sum) : chances.map(() => 1 / chances.length);
}
