// Flattens JSON into the lines that are in sight, given what is folded, so that a body of any size shows only a window of them.

export interface JsonLine {
  /** Path of the value, the key of folding. */
  path: string;
  depth: number;
  /** Key or index; empty for the root. */
  name: string;
  kind: 'object' | 'list' | 'string' | 'number' | 'word';
  /** Text of a leaf. */
  text: string;
  /** Entries of an object or list. */
  size: number;
  folded: boolean;
}

const longest = 600;

/** `folded` says which paths are closed. */
export function jsonLines(json: unknown, folded: (path: string, depth: number) => boolean): JsonLine[] {
  const lines: JsonLine[] = [];
  const visit = (value: unknown, name: string, path: string, depth: number): void => {
    if (typeof value !== 'object' || value === null) {
      lines.push({ path, depth, name, ...leaf(value), size: 0, folded: false });
      return;
    }
    const isList = Array.isArray(value);
    const entries = isList ? value.map((each, index) => [String(index), each] as const) : Object.entries(value);
    const isFolded = entries.length > 0 && folded(path, depth);
    lines.push({
      path,
      depth,
      name,
      kind: isList ? 'list' : 'object',
      text: '',
      size: entries.length,
      folded: isFolded,
    });
    if (!isFolded)
      for (const [key, each] of entries) visit(each, key, `${path}/${key.replaceAll('/', '~1')}`, depth + 1);
  };
  visit(json, '', '', 0);
  return lines;
}

function leaf(value: unknown): { kind: JsonLine['kind']; text: string } {
  if (typeof value === 'string') {
    const shown = value.length > longest ? `${value.slice(0, longest)}…` : value;
    return { kind: 'string', text: JSON.stringify(shown) };
  }
  return { kind: typeof value === 'number' ? 'number' : 'word', text: String(value) };
}
