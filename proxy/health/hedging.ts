// When a second provider is asked although the first has not failed: it is slower than 95 of 100 calls, and the operator
// opted in to paying for both.

export interface HedgeQuestion {
  optedIn: boolean;
  /** A tool call that is made twice is done twice. */
  hasTools: boolean;
  /** A target of another provider may be asked now. */
  alternative: boolean;
  /** Learned for this model and input size; null while too little is known. */
  firstTokenP95Ms: number | null;
  /** Own budget of hedges and the one shared with retries, together (retry-budget.ts). */
  budgetLeft: boolean;
}

/** Hedging sooner than this doubles calls that are merely quick. */
const leastDelayMs = 50;

/** After how long without a first token to hedge; null: not at all. Ask the budget again when the time has come. */
export function hedgeDelayMs(question: HedgeQuestion): number | null {
  const { optedIn, hasTools, alternative, firstTokenP95Ms, budgetLeft } = question;
  if (!optedIn || hasTools || !alternative || !budgetLeft || firstTokenP95Ms === null) return null;
  return Math.max(leastDelayMs, firstTokenP95Ms);
}
