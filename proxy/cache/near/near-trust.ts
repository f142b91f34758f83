// How often an answer to a question that means the same was the right one, and whether that is known well enough to serve
// such answers: for each tenant and route, from comparisons with fresh answers alone.

interface Verdicts {
  asked: number;
  wrong: number;
}

/** Looked at after every comparison, so that a lucky streak is met sooner or later: stricter than for a single look. */
const deviations = 2.58;
/** After so many the older half counts half, so that a change of habits is noticed. */
const mostVerdicts = 5000;
const mostPlaces = 10_000;

export class NearTrust {
  readonly #places = new Map<string, Verdicts>();

  note(place: string, same: boolean): void {
    const known = this.#places.get(place) ?? { asked: 0, wrong: 0 };
    if (!this.#places.has(place) && this.#places.size >= mostPlaces) this.#places.clear();
    const kept = known.asked >= mostVerdicts ? 0.5 : 1;
    this.#places.set(place, { asked: known.asked * kept + 1, wrong: known.wrong * kept + (same ? 0 : 1) });
  }

  /** What the share of wrong answers is not above, with near certainty; 1 where nothing is known. */
  atMost(place: string): number {
    const { asked, wrong } = this.#places.get(place) ?? { asked: 0, wrong: 0 };
    return asked === 0 ? 1 : upperBound(wrong / asked, asked);
  }
}

/** Wilson's score interval, its upper end. */
function upperBound(share: number, count: number): number {
  const squared = deviations ** 2;
  const middle = share + squared / (2 * count);
  const reach = deviations * Math.sqrt((share * (1 - share)) / count + squared / (4 * count ** 2));
  return Math.min(1, (middle + reach) / (1 + squared / count));
}
