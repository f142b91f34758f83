// Which colour belongs to which name. A name keeps its colour across charts, tables and visits; the eight colours were
// chosen to stay apart for the common kinds of colour blindness, and every use of them stands beside the name itself.

const slots = 8;
const preferred: Record<string, number> = { openai: 2, anthropic: 6, google: 0, mistral: 1, azure: 4, cohere: 5 };

export interface Palette {
  /** A CSS colour for the name; `other` and the empty name are grey. */
  colour(name: string): string;
  /** Gives all these names a colour at once, biggest first, so that names shown together differ while eight are enough. */
  claim(names: readonly string[]): void;
}

/** `stored` is what `onChange` last handed out, or null. */
export function createPalette(stored: string | null, onChange: (stored: string) => void): Palette {
  const taken = new Map<string, number>(read(stored));

  /** The first slot that no neighbour has, tried in this order; the least used one when all are taken. */
  function slotOf(name: string, neighbours: readonly string[], order: readonly number[]): number {
    const known = taken.get(name);
    if (known !== undefined) return known;
    const uses = Array.from({ length: slots }, () => 0);
    for (const neighbour of neighbours) {
      const slot = taken.get(neighbour);
      if (slot !== undefined) uses[slot]!++;
    }
    const least = Math.min(...uses);
    const wish = preferred[name];
    const slot = wish !== undefined && uses[wish] === least ? wish : order.find((each) => uses[each] === least)!;
    taken.set(name, slot);
    onChange(JSON.stringify([...taken].slice(-200)));
    return slot;
  }

  return {
    colour: (name) => {
      if (isRest(name)) return 'var(--series-other)';
      return `var(--series-${slotOf(name, [...taken.keys()], [3, 7, 4, 5, 0, 1, 2, 6])})`;
    },
    claim: (names) => {
      for (const name of names) if (!isRest(name)) slotOf(name, names, [0, 1, 2, 3, 4, 5, 6, 7]);
    },
  };
}

const isRest = (name: string) => name === '' || name === 'other';

function read(stored: string | null): [string, number][] {
  try {
    const rows: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(rows)
      ? rows.filter((row) => typeof row?.[0] === 'string' && row[1] >= 0 && row[1] < slots)
      : [];
  } catch {
    return [];
  }
}
