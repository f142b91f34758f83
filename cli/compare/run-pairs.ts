// Makes the calls, two by two. Both of a pair are made one after the other, so that they meet the same minute, and every
// second pair turns the order around, so that whatever the first call warms up is nobody's advantage.
import type { Measured } from './call.ts';
import type { Side, SideName } from './sides.ts';

export type MeasuredPair = Record<SideName, Measured>;

export interface RunOptions {
  sides: readonly [Side, Side];
  pairs: number;
  concurrency: number;
  measure(side: Side): Promise<Measured>;
  /** After each pair. */
  onPair(done: number): void;
  /** True: no further pair is begun. */
  stopped(): boolean;
}

/** Pairs in the order in which they were begun; fewer than asked for when it was stopped. */
export async function runPairs(options: RunOptions): Promise<MeasuredPair[]> {
  const { sides, pairs, concurrency, measure, onPair, stopped } = options;
  const measured: MeasuredPair[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < pairs && !stopped()) {
      const place = next++;
      const [first, second] = place % 2 === 0 ? sides : ([sides[1], sides[0]] as const);
      const one = await measure(first);
      const other = await measure(second);
      measured[place] = { [first.name]: one, [second.name]: other } as MeasuredPair;
      onPair(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, pairs) }, worker));
  return measured.filter(Boolean);
}
