// When a secret is used: from one moment, until another. Pure.
import type { SealedSecret } from '../../contract/access/secret.ts';

type Span = Pick<SealedSecret, 'tenant' | 'from' | 'until'>;

/** A secret of a tenant of its own may not pay for the calls of others, so only those of the house are used. */
export function inForce({ tenant, from, until }: Span, now: number): 'soon' | 'now' | 'over' {
  if (tenant !== 'default' || (until !== null && until <= now)) return 'over';
  return from <= now ? 'now' : 'soon';
}

/** The next moment after `now` at which one begins or ends; null when none does. */
export function nextTurn(secrets: readonly Span[], now: number): number | null {
  const later = secrets.flatMap(({ from, until }) => [from, until ?? 0]).filter((at) => at > now);
  return later.length === 0 ? null : Math.min(...later);
}
