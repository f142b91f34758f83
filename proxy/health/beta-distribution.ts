// The one thing asked of a Beta distribution: how likely is it that the rate it describes lies below a limit?

/** P(x < limit) for x ~ Beta(a, b): the regularised incomplete beta function, by Lentz's continued fraction. */
export function chanceBelow(limit: number, a: number, b: number): number {
  if (limit <= 0) return 0;
  if (limit >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(limit) + b * Math.log(1 - limit));
  // The fraction converges fast only on this side of the mean; the other side is its mirror image.
  const chance =
    limit < (a + 1) / (a + b + 2) ? (front * fraction(limit, a, b)) / a : 1 - (front * fraction(1 - limit, b, a)) / b;
  return Math.min(1, Math.max(0, chance));
}

const smallest = 1e-300;
const awayFromZero = (value: number): number => (Math.abs(value) < smallest ? smallest : value);

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 200; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const step = d * c;
    result *= step;
    if (Math.abs(step - 1) < 1e-9) break;
  }
  return result;
}

/** Stirling's series after shifting the argument above 7: nine digits are plenty here. */
function logGamma(value: number): number {
  let x = value;
  let product = 1;
  for (; x < 7; x++) product *= x;
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
