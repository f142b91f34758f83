// Draws from Beta distributions for the policies that need them (two gammas after Marsaglia and Tsang, 2000).

export function randomBeta(accepted: number, rejected: number, random: () => number): number {
  const one = randomGamma(accepted, random);
  return one / (one + randomGamma(rejected, random));
}

function randomGamma(shape: number, random: () => number): number {
  if (shape < 1) return randomGamma(shape + 1, random) * random() ** (1 / shape);
  const base = shape - 1 / 3;
  const scale = 1 / Math.sqrt(9 * base);
  for (;;) {
    const normal = randomNormal(random);
    const cube = (1 + scale * normal) ** 3;
    if (cube <= 0) continue;
    if (Math.log(1 - random()) < normal ** 2 / 2 + base - base * cube + base * Math.log(cube)) return base * cube;
  }
}

export const randomNormal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
