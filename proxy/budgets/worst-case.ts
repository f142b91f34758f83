// What a call may cost at most at a target, so that it can be reserved before it leaves. Input is the estimate; output is the
// limit that the request names, else 99 of 100 answers that this model gave lately, else 4096 tokens. The price is that of the
// whole request, tiers by its size included. Nobody knows a price: null, which budgets count as 0.
import type { PriceBook } from '../../catalog/prices.ts';
import { unknownUsage } from '../../contract/usage.ts';
import type { Operation } from '../../contract/words.ts';

export const assumedOutputTokens = 4096;

export interface CallSize {
  operation: Operation;
  inputTokens: number;
  /** As the request limits it; null where it does not. */
  maxOutputTokens: number | null;
}

export interface PricedTarget {
  priceProvider: string;
  model: string;
  /** The provider's service tier; '': standard. */
  tier: string;
  at: number;
  /** Of 99 in 100 answers; null while nobody knows. */
  learnedOutputTokens: number | null;
}

const withoutOutput: ReadonlySet<Operation> = new Set<Operation>(['embeddings', 'count_tokens']);

export function worstCaseNanos(size: CallSize, target: PricedTarget, prices: Pick<PriceBook, 'price'>): number | null {
  const { priceProvider, model, tier, at } = target;
  const output = size.maxOutputTokens ?? target.learnedOutputTokens ?? assumedOutputTokens;
  const outputText = withoutOutput.has(size.operation) ? null : Math.ceil(output);
  const usage = { ...unknownUsage, inputUncached: Math.ceil(size.inputTokens), outputText };
  return prices.price({ provider: priceProvider, model, tier, at, usage, usageSource: 'estimated' }).costNanos;
}

export interface PlanCosts {
  /** Of each place of the plan; 0 where nobody knows a price. */
  nanos: readonly number[];
  /** Every place may be asked one after the other, and each is paid. */
  addsUp: boolean;
  /** Place that is asked beside the first one when that is slow; null: none. */
  hedge: number | null;
}

/** The most that the places in `counted` can cost together: the dearest, both of a hedge, all of a cascade. */
export function planNanos({ nanos, addsUp, hedge }: PlanCosts, counted: readonly number[]): number {
  const costs = counted.map((place) => nanos[place] ?? 0);
  if (addsUp) return costs.reduce((sum, cost) => sum + cost, 0);
  const both =
    hedge === null ? 0 : [0, hedge].reduce((sum, at) => sum + (counted.includes(at) ? (nanos[at] ?? 0) : 0), 0);
  return Math.max(0, both, ...costs);
}
