// How long a call may take to its first token and between tokens, learned from calls to the same model with prompts of
// the same size.

const enough = 20;
const slackness = 3;
const firstToken = { least: 8_000, most: 60_000 };
/** Where thinking or the whole answer comes before the first byte, the time says little about the next call. */
const patientFirstTokenMs = 120_000;
const stall = { least: 10_000, most: 30_000 };

export interface TimesSeen {
  /** 95th percentiles; null when nothing was seen. */
  firstTokenP95Ms: number | null;
  longestGapP95Ms: number | null;
  /** Calls they were learned from, faded. */
  firstTokens: number;
  gaps: number;
}

export interface CallKind {
  stream: boolean;
  reasoning: boolean;
}

export interface TimeLimits {
  /** Null while too little is known; then the operator's setting holds. */
  firstTokenMs: number | null;
  stallMs: number | null;
}

export function timeLimits(seen: TimesSeen, kind: CallKind): TimeLimits {
  const patient = kind.reasoning || !kind.stream;
  const { firstTokenP95Ms, longestGapP95Ms } = seen;
  return {
    firstTokenMs: patient
      ? patientFirstTokenMs
      : seen.firstTokens < enough || firstTokenP95Ms === null
        ? null
        : clamp(slackness * firstTokenP95Ms, firstToken),
    stallMs:
      seen.gaps < enough || longestGapP95Ms === null || !kind.stream ? null : clamp(slackness * longestGapP95Ms, stall),
  };
}

const clamp = (value: number, { least, most }: { least: number; most: number }): number =>
  Math.min(most, Math.max(least, value));
