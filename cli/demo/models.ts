// The models that the demo simulates and how each behaves. The names stand in the price book, so that every call has
// its published price; latencies and error rates are made up to look like a normal week.

export interface ModelProfile {
  name: string;
  /** The name with which the provider answers: dated snapshots, as in real life. */
  answersAs: string;
  /** Median time to the first token, milliseconds. */
  firstTokenMs: number;
  /** Spread of it: standard deviation of the logarithm. */
  spread: number;
  tokensPerSecond: number;
  /** Share of calls that are several times slower. */
  slowShare: number;
  /** Chances of a 429, of a 5xx (or 529), and of a stream that breaks off. */
  rateLimited: number;
  overloaded: number;
  breaksOff: number;
  /** Median number of reasoning tokens before the answer; 0: it does not reason. */
  reasoningTokens: number;
}

const usual = {
  spread: 0.35,
  slowShare: 0.02,
  rateLimited: 0.006,
  overloaded: 0.005,
  breaksOff: 0.004,
  reasoningTokens: 0,
};

export const openaiModels: readonly ModelProfile[] = [
  { ...usual, name: 'gpt-5.6-luna', answersAs: 'gpt-5.6-luna', firstTokenMs: 380, tokensPerSecond: 150 },
  {
    ...usual,
    name: 'gpt-5.6-terra',
    answersAs: 'gpt-5.6-terra',
    firstTokenMs: 900,
    tokensPerSecond: 95,
    reasoningTokens: 180,
  },
  { ...usual, name: 'gpt-4o-mini', answersAs: 'gpt-4o-mini-2024-07-18', firstTokenMs: 310, tokensPerSecond: 120 },
  {
    ...usual,
    name: 'text-embedding-3-small',
    answersAs: 'text-embedding-3-small',
    firstTokenMs: 90,
    tokensPerSecond: 1e6,
  },
];

export const anthropicModels: readonly ModelProfile[] = [
  {
    ...usual,
    name: 'claude-opus-5',
    answersAs: 'claude-opus-5',
    firstTokenMs: 1300,
    tokensPerSecond: 70,
    overloaded: 0.015,
    reasoningTokens: 220,
  },
  {
    ...usual,
    name: 'claude-sonnet-5',
    answersAs: 'claude-sonnet-5',
    firstTokenMs: 750,
    tokensPerSecond: 95,
    overloaded: 0.012,
  },
  {
    ...usual,
    name: 'claude-haiku-4-5',
    answersAs: 'claude-haiku-4-5-20251001',
    firstTokenMs: 420,
    tokensPerSecond: 160,
  },
];

export const googleModels: readonly ModelProfile[] = [
  {
    ...usual,
    name: 'gemini-3.1-pro-preview',
    answersAs: 'gemini-3.1-pro-preview',
    firstTokenMs: 1500,
    tokensPerSecond: 110,
    reasoningTokens: 260,
    slowShare: 0.04,
  },
  {
    ...usual,
    name: 'gemini-3.6-flash',
    answersAs: 'gemini-3.6-flash',
    firstTokenMs: 520,
    tokensPerSecond: 190,
    overloaded: 0.01,
  },
  {
    ...usual,
    name: 'gemini-3.1-flash-lite',
    answersAs: 'gemini-3.1-flash-lite',
    firstTokenMs: 330,
    tokensPerSecond: 230,
  },
];
