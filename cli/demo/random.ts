// Chance that can be repeated: the same seed gives the same draws, so a demo run can be shown again. Not for secrets.

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high], whole numbers. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
  /** Throws RangeError on an empty list. */
  pick<Item>(items: readonly Item[]): Item;
  /** One item, drawn in proportion to its weight. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
  /** Log-normal with this median; `sigma` is the standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number;
  /** Letters and digits, as providers use them in ids. */
  letters(length: number): string;
  hex(length: number): string;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A generator of its own for this seed; any text or number is a seed. */
export function createRandom(seed: string | number): Random {
  let state = hashOf(String(seed));
  // Mulberry32: 32 bits of state, good enough to look natural.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <Item>(items: readonly Item[]): Item => {
    if (items.length === 0) throw new RangeError('nothing to pick from: the list is empty');
    return items[integer(0, items.length - 1)] as Item;
  };
  const text = (length: number, letters: string) =>
    Array.from({ length }, () => letters[integer(0, letters.length - 1)]).join('');
  return {
    next,
    integer,
    pick,
    chance: (probability) => next() < probability,
    weighted: (items) => {
      const total = items.reduce((sum, [, weight]) => sum + weight, 0);
      let left = next() * total;
      for (const [item, weight] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return pick(items)[0];
    },
    logNormal: (median, sigma) => {
      const gauss = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * gauss);
    },
    letters: (length) => text(length, alphabet),
    hex: (length) => text(length, '0123456789abcdef'),
  };
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
