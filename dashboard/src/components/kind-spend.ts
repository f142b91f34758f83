// Kinds of tokens as the page shows them: in one order and with one colour each. The word always stands beside it.
import type { KindSpend, SpendKind } from '../../../contract/questions/spend.ts';

export const spendKindColours: Readonly<Record<SpendKind, string>> = {
  inputUncached: 'var(--series-0)',
  inputCacheRead: 'var(--series-4)',
  inputCacheWrite5m: 'var(--series-2)',
  inputCacheWrite1h: 'var(--series-7)',
  inputAudio: 'var(--series-3)',
  inputImage: 'var(--series-3)',
  outputText: 'var(--series-1)',
  outputReasoning: 'var(--series-6)',
  outputAudio: 'var(--series-5)',
  outputImage: 'var(--series-5)',
  fees: 'var(--faint)',
  unsplit: 'var(--series-other)',
};

export interface KindShare extends KindSpend {
  /** Of the whole, 0 to 1. */
  share: number;
}

/** Kinds that cost something, with their shares; for drawing. */
export function sharesOf(kinds: readonly KindSpend[], costNanos: string | null): KindShare[] {
  const whole = Number(costNanos ?? 0);
  return kinds
    .map((kind) => ({ ...kind, share: whole === 0 ? 0 : Number(kind.costNanos ?? 0) / whole }))
    .filter(({ share }) => share > 0);
}
