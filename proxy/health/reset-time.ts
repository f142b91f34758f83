// Reads the ways in which providers say "not before": durations, dates, seconds and milliseconds.

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/;
const durationPart = /(\d+(?:\.\d+)?)(ms|[smhd])/g;

/** A moment on the clock of `now`; null when it cannot be read. A bare number counts in `bareUnitMs`. */
export function readReset(text: string, now: number, bareUnitMs = 1_000): number | null {
  const value = text.trim();
  if (duration.test(value)) {
    // OpenAI and Groq: 8.64s, 6m0s, 16ms, 1h2m.
    let sum = 0;
    for (const [, amount, unit] of value.matchAll(durationPart)) sum += Number(amount) * unitMs[unit!]!;
    return now + sum;
  }
  if (/^\d+(\.\d+)?$/.test(value)) {
    const figure = Number(value);
    // Too large for a duration: since 1970, in milliseconds (OpenRouter) or seconds.
    if (figure > 1e11) return figure;
    if (figure > 1e9) return figure * 1_000;
    return now + figure * bareUnitMs;
  }
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date;
}

/** The longest wait that any of the names asks for; null when none is there or readable. */
export function readRetryAfter(headers: readonly (readonly [string, string])[], now: number): number | null {
  let longest: number | null = null;
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (!name.includes('retry-after')) continue;
    // Azure and OpenAI say it in milliseconds too: retry-after-ms, x-ms-retry-after-ms.
    const at = readReset(value, now, name.endsWith('-ms') ? 1 : 1_000);
    if (at !== null) longest = Math.max(longest ?? 0, at - now);
  }
  return longest;
}
