// How much of a rate limit is left and when it is whole again, from the headers of an answer. Providers agree on nothing
// but the words limit, remaining and reset; everything between is the name of what is limited.
import { readReset, readRetryAfter } from './reset-time.ts';

export interface RateLimitReading {
  /** 0 to 1, of the tightest limit; null when no header says. */
  headroom: number | null;
  /** When the tightest limit is whole again, on the clock that `now` came from. */
  resetAt: number | null;
  /** How long the provider asks to wait; only a refusal can ask. */
  retryAfterMs: number | null;
}

interface Limit {
  limit?: number;
  remaining?: number;
  reset?: string;
}

const shapes = [
  // OpenAI and most others: x-ratelimit-remaining-requests; Mistral: x-ratelimit-remaining-tokens-minute and, older,
  // x-ratelimitbysize-remaining-minute; Together and the IETF draft: x-ratelimit-remaining, ratelimit-remaining.
  /^(?:x-)?ratelimit(?<family>bysize)?-(?<field>limit|remaining|reset)(?:-(?<what>.+))?$/,
  // Anthropic: anthropic-ratelimit-input-tokens-remaining.
  /^anthropic-ratelimit-(?<what>.+)-(?<field>limit|remaining|reset)$/,
  // Cohere, trial keys only: x-trial-endpoint-call-remaining.
  /^x-(?<what>trial-endpoint-call)-(?<field>limit|remaining)$/,
];

export interface AnswerHead {
  headers: readonly (readonly [string, string])[];
  status: number;
}

export function readRateLimit({ headers, status }: AnswerHead, now: number): RateLimitReading {
  const limits = new Map<string, Limit>();
  let renewal = false;
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (!name.includes('ratelimit') && !name.startsWith('x-trial-')) continue;
    if (name.startsWith('x-ratelimit-renewalperiod')) renewal = true;
    else collect(name, value, limits);
  }
  const tightest = tightestOf(limits);
  return {
    headroom: tightest?.headroom ?? null,
    // Azure alone says how long a period lasts, and alone counts its resets in bare milliseconds.
    resetAt: tightest?.reset === undefined ? null : readReset(tightest.reset, now, renewal ? 1 : 1_000),
    // Anthropic and Hugging Face send retry-after with good answers too, where it asks for nothing.
    retryAfterMs: status >= 400 ? readRetryAfter(headers, now) : null,
  };
}

function collect(name: string, value: string, limits: Map<string, Limit>): void {
  for (const shape of shapes) {
    const found = shape.exec(name)?.groups;
    if (!found) continue;
    const what = `${found.family ?? ''} ${found.what ?? ''}`;
    const limit = limits.get(what) ?? {};
    limits.set(what, limit);
    if (found.field === 'reset') limit.reset = value;
    else {
      // "100, 100;w=60" is the draft's way of adding policies after the figure.
      const figure = Number.parseFloat(value);
      if (Number.isFinite(figure) && figure >= 0) limit[found.field as 'limit' | 'remaining'] = figure;
    }
    return;
  }
}

function tightestOf(limits: Map<string, Limit>): { headroom: number; reset: string | undefined } | null {
  let tightest: { headroom: number; reset: string | undefined } | null = null;
  for (const { limit, remaining, reset } of limits.values()) {
    // Azure leaves out limits now and then; what remains of an unknown whole is known only when it is nothing.
    const headroom = remaining === 0 ? 0 : remaining && limit ? Math.min(1, remaining / limit) : null;
    if (headroom !== null && (tightest === null || headroom < tightest.headroom)) tightest = { headroom, reset };
  }
  return tightest;
}
