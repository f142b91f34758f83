// A health with a clock and chance of the test's own, and calls that say only what matters. Not a suite itself.
import type { Call, CallInfo, CallResult } from '../../proxy/health/call.ts';
import { createHealth, type Health, type HealthOptions } from '../../proxy/health/health.ts';

export const start = 1_800_000_000_000;

export interface Bench {
  health: Health;
  now(): number;
  pass(ms: number): void;
  begin(key: string, info?: Partial<CallInfo>): Call;
  /** A whole call that takes no time of the clock. */
  call(key: string, result?: Partial<CallResult>, info?: Partial<CallInfo>): void;
  end(call: Call, result?: Partial<CallResult>): void;
}

const result: CallResult = {
  verdict: 'success',
  totalMs: 2_000,
  firstTokenMs: null,
  longestGapMs: null,
  outputTokens: null,
  rateLimit: null,
};

export function bench(options: Partial<HealthOptions> = {}): Bench {
  let now = start;
  const health = createHealth({ clock: () => now, random: () => 0.5, ...options });
  const begin: Bench['begin'] = (key, info) =>
    health.began(key, { model: 'model', inputTokens: 500, stream: true, firstTokenLimitMs: null, ...info });
  const end: Bench['end'] = (call, given) => health.ended(call, { ...result, ...given });
  return {
    health,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    begin,
    end,
    call: (key, given, info) => end(begin(key, info), given),
  };
}

export const limited = (retryAfterMs: number | null): Partial<CallResult> => ({
  verdict: 'rate_limited',
  rateLimit: { headroom: null, resetAt: null, retryAfterMs },
});
