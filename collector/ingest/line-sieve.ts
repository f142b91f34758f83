// Parts the lines of a segment that are records from those that are not, while its bytes stream by. Only the beginning of
// a line is looked at where that is enough: ClickHouse reads the rest, and what it cannot read is bisected out later.

export interface BadLine {
  /** 1 for the first line of the segment as sent. */
  number: number;
  problem: string;
  bytes: Buffer;
}

export interface Sifted {
  /** Whole lines with their line feeds, in order. */
  good: Buffer[];
  bad: BadLine[];
}

export interface LineSieve {
  push(chunk: Buffer): Sifted;
  /** The last line, where it came without a line feed. */
  end(): Sifted;
  /** Good lines so far. */
  records(): number;
}

const lineFeed = 0x0a;
const kinds = new Set(['exchange', 'gap', 'event', 'seal']);
const quickHead = /^\{"kind":"(?:exchange|gap|event|seal)"[,}]/;

export function createLineSieve(): LineSieve {
  let carried: Buffer[] = [];
  let number = 0;
  let records = 0;

  const judge = (line: Buffer, bad: BadLine[]): boolean => {
    number += 1;
    const problem = problemOf(line);
    if (problem === null) records += 1;
    else if (problem !== '') bad.push({ number, problem, bytes: line });
    return problem === null;
  };

  return {
    push(chunk) {
      const sifted: Sifted = { good: [], bad: [] };
      let lineStart = 0;
      if (carried.length > 0) {
        const end = chunk.indexOf(lineFeed);
        carried.push(end < 0 ? chunk : chunk.subarray(0, end + 1));
        if (end < 0) return sifted;
        const line = Buffer.concat(carried);
        carried = [];
        if (judge(line.subarray(0, -1), sifted.bad)) sifted.good.push(line);
        lineStart = end + 1;
      }
      // Neighbouring good lines leave as one slice: a clean chunk costs no copy.
      let runStart = lineStart;
      for (let end = chunk.indexOf(lineFeed, lineStart); end >= 0; end = chunk.indexOf(lineFeed, lineStart)) {
        if (!judge(chunk.subarray(lineStart, end), sifted.bad)) {
          if (lineStart > runStart) sifted.good.push(chunk.subarray(runStart, lineStart));
          runStart = end + 1;
        }
        lineStart = end + 1;
      }
      if (lineStart > runStart) sifted.good.push(chunk.subarray(runStart, lineStart));
      if (lineStart < chunk.length) carried.push(chunk.subarray(lineStart));
      return sifted;
    },
    end() {
      const sifted: Sifted = { good: [], bad: [] };
      const line = Buffer.concat(carried);
      carried = [];
      if (line.length > 0 && judge(line, sifted.bad)) sifted.good.push(line, Buffer.from('\n'));
      return sifted;
    },
    records: () => records,
  };
}

/** null: a record. Empty: an empty line, which is nothing. Otherwise what is wrong. */
function problemOf(line: Buffer): string | null {
  const last = line[line.length - 1];
  if (last === 0x7d && quickHead.test(line.toString('latin1', 0, 24))) return null;
  const text = line.toString('utf8').trim();
  if (text === '') return '';
  try {
    const value: unknown = JSON.parse(text);
    const kind = value !== null && typeof value === 'object' ? (value as { kind?: unknown }).kind : undefined;
    if (typeof kind === 'string' && kinds.has(kind)) return null;
    return `expected a record of kind exchange, gap, event or seal, found ${JSON.stringify(kind) ?? 'no kind'}`.slice(
      0,
      200,
    );
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200);
  }
}
