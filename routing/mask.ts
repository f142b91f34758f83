// What health has to say: who is left out just now, and how much of its share the rest gets. Health never has the last
// word: when it speaks against everybody, the least bad one is asked.
import type { ExclusionReason } from '../contract/decision.ts';
import type { Contender, Exclusion } from './contender.ts';

/** Below this share of its traffic a target gets none. */
const leastFactor = 0.05;
/** A strategy that names one target keeps it while it is this well: small doubts are no reason to leave the best. */
const wellEnough = 0.8;

export const factorOf = ({ health }: Contender): number => health?.factor ?? 1;

export function healthAgainst({ health, target }: Contender, now: number): Exclusion | null {
  if (!health) return null;
  if (health.breaker === 'open') return { reason: 'breaker_open', detail: 'it failed too often' };
  if (health.coolingUntil !== null && health.coolingUntil > now)
    return { reason: 'cooling_down', detail: `for another ${Math.ceil((health.coolingUntil - now) / 1000)} s` };
  if (health.concurrencyLimit !== null && health.inFlight >= health.concurrencyLimit)
    return { reason: 'no_capacity', detail: `${health.inFlight} calls of at most ${health.concurrencyLimit}` };
  if (health.factor < leastFactor) return { reason: 'unhealthy', detail: 'it fails or slows down' };
  const { firstTokenP50Ms: usual } = health;
  if (usual !== null && target.timeToFirstTokenMs !== null && usual > target.timeToFirstTokenMs)
    return { reason: 'latency_cap', detail: `${Math.round(usual)} ms, at most ${target.timeToFirstTokenMs} allowed` };
  return null;
}

/** Shares times health, renormalised. */
export function maskShares(shares: readonly number[], contenders: readonly Contender[]): number[] {
  const masked = shares.map((share, place) => share * factorOf(contenders[place]!));
  const sum = masked.reduce((total, share) => total + share, 0);
  return sum > 0 ? masked.map((share) => share / sum) : [...shares];
}

/** Each in its order takes the part of what is left that its health allows; what remains is spread in proportion. */
export function maskOrder(order: readonly number[], contenders: readonly Contender[]): number[] {
  const shares = contenders.map(() => 0);
  let left = 1;
  for (const place of order) {
    const factor = factorOf(contenders[place]!);
    shares[place] = left * (factor >= wellEnough ? 1 : factor);
    left -= shares[place]!;
    if (left <= 0) break;
  }
  if (left >= 1) shares[order[0]!] = 1;
  else if (left > 0) for (const place of order) shares[place]! /= 1 - left;
  return shares;
}

/** From what may work at once to what said when to come back. */
const badness: readonly ExclusionReason[] = ['latency_cap', 'unhealthy', 'no_capacity', 'breaker_open', 'cooling_down'];

/** Of contenders that health alone excludes, the least bad first. */
export function leastBadFirst(contenders: readonly Contender[]): Contender[] {
  return [...contenders].sort((one, other) => {
    const worse = badness.indexOf(one.excluded!.reason) - badness.indexOf(other.excluded!.reason);
    const sooner = (one.health?.coolingUntil ?? 0) - (other.health?.coolingUntil ?? 0);
    const likelier = (other.health?.success ?? 0) - (one.health?.success ?? 0);
    return worse || (one.excluded!.reason === 'cooling_down' ? sooner : 0) || likelier;
  });
}
