// Which colour belongs to which name. A name keeps its colour across charts, tables and visits; the eight colours were
// chosen to stay apart for the common kinds of colour blindness, and every use of them stands beside the name itself.

const slots = 8;
const preferred: Record<string, number> = { openai: 2, anthropic: 6, google: 0, mistral: 1, azure: 4, cohere: 5 };

export interface Palette {
  /** A CSS colour for the name; `other` and the empty name are grey. */
  colour(name: string): string;
  /** Gives all these names a colour at once, so that names shown together differ while eight are enough. */
  claim(names: readonly string[]): void;
}

/** `stored` is what `onChange` last handed out, or null. */
export function createPalette(stored: string | null, onChange: (stored: string) => void): Palette {
  const taken = new Map<string, number>(read(stored));

  function slotOf(name: string): number {
    const known = taken.get(name);
    if (known !== undefined) return known;
    const uses = Array.from({ length: slots }, () => 0);
    for (const slot of taken.values()) uses[slot]!++;
    const start = preferred[name] ?? hash(name) % slots;
    const least = Math.min(...uses);
    const offset = [0, 1, 2, 3, 4, 5, 6, 7].find((step) => uses[(start + step) % slots] === least) ?? 0;
    const slot = (start + offset) % slots;
    taken.set(name, slot);
    onChange(JSON.stringify([...taken].slice(-200)));
    return slot;
  }

  return {
    colour: (name) => (name === '' || name === 'other' ? 'var(--series-other)' : `var(--series-${slotOf(name)})`),
    claim: (names) => {
      for (const name of names) if (name !== '' && name !== 'other') slotOf(name);
    },
  };
}

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

function hash(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
  return sum;
}
