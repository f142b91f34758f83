// What limits leave a client, in the headers that the SDKs of its dialect read: OpenAI's x-ratelimit-* with times as `6m0s`,
// Anthropic's anthropic-ratelimit-* with moments (RFC 3339).
import type { DialectName } from '../../contract/words.ts';
import { burstOf, type Standing } from './rule.ts';

const kinds = ['requests', 'tokens'] as const;

/** Flat [name, value, …]. Of several limits on the same thing the one that leaves least speaks. `now`: epoch milliseconds. */
export function rateHeaders(dialect: DialectName, standings: readonly Standing[], now: number): string[] {
  const headers: string[] = [];
  for (const kind of kinds) {
    const tightest = standings
      .filter(({ rule }) => rule.counts === kind)
      .reduce<Standing | null>((one, other) => (one && shareLeft(one) <= shareLeft(other) ? one : other), null);
    if (!tightest) continue;
    const { rule, remaining, resetMs } = tightest;
    const anthropic = dialect === 'anthropic-messages';
    const reset = anthropic ? new Date(now + resetMs).toISOString().replace(/\.\d+/, '') : duration(resetMs);
    const name = (part: string): string =>
      anthropic ? `anthropic-ratelimit-${kind}-${part}` : `x-ratelimit-${part}-${kind}`;
    headers.push(name('limit'), String(rule.most), name('remaining'), String(remaining), name('reset'), reset);
  }
  return headers;
}

const shareLeft = ({ rule, remaining }: Standing): number => remaining / burstOf(rule);

/** As Go prints it, which is what OpenAI sends: `120ms`, `1.5s`, `6m0s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 10) / 100;
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3600);
  return `${hours > 0 ? `${hours}h` : ''}${Math.floor(whole / 60) % 60}m${whole % 60}s`;
}

const ours = /^(?:x-ratelimit-(?:limit|remaining|reset)-|anthropic-ratelimit-)/i;

/** A flat list of a provider's headers without its own word on limits: whoever has limits here lives by these. */
export function withoutRateHeaders(flat: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    if (!ours.test(flat[at] as string)) kept.push(flat[at] as string, flat[at + 1] as string);
  }
  return kept;
}

export const isRateHeader = (name: string): boolean => ours.test(name);
