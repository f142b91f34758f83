// Which targets of a set may be asked now, judged by health alone. The set is never emptied: where nobody is well, the
// least unwell are asked, because a call that may fail is better than one that is certain to.
import type { ExclusionReason } from '../../contract/decision.ts';
import type { TargetHealth } from './target-health.ts';

type HealthReason = Extract<ExclusionReason, 'breaker_open' | 'cooling_down' | 'no_capacity' | 'unhealthy'>;

export interface Eligibility {
  /** One for each view, in order; null where the target may be asked. */
  reasons: (HealthReason | null)[];
  /** What each weight is multiplied with; 0 exactly where there is a reason. */
  factors: number[];
  /** Nobody was well: health was set aside for the least unwell. */
  panic: boolean;
}

/** `now` on the clock that the views were made with. */
export function eligible(views: readonly TargetHealth[], now: number): Eligibility {
  const reasons = views.map((view) => reasonAgainst(view, now));
  const factors = views.map((view, at) => (reasons[at] === null ? view.factor : 0));
  const panic = views.length > 0 && reasons.every((reason) => reason !== null);
  if (panic) readmit(views, { reasons, factors, panic });
  return { reasons, factors, panic };
}

export function reasonAgainst(view: TargetHealth, now: number): HealthReason | null {
  if (view.coolingUntil !== null && view.coolingUntil > now) return 'cooling_down';
  if (view.breaker === 'open' || (view.breaker === 'half-open' && view.factor === 0)) return 'breaker_open';
  if (view.concurrencyLimit !== null && view.inFlight >= view.concurrencyLimit) return 'no_capacity';
  return view.factor > 0 ? null : 'unhealthy';
}

/** A guess about health is set aside first, then a limit that was learned, and last what the provider itself asked for. */
const readmission: HealthReason[][] = [['unhealthy'], ['breaker_open'], ['no_capacity']];

function readmit(views: readonly TargetHealth[], { reasons, factors }: Eligibility): void {
  for (const group of readmission) {
    const places = reasons.flatMap((reason, at) => (reason !== null && group.includes(reason) ? [at] : []));
    if (places.length === 0) continue;
    for (const at of places) admit(at);
    return;
  }
  const soonest = Math.min(...views.map((view) => view.coolingUntil ?? Number.POSITIVE_INFINITY));
  for (const [at, view] of views.entries()) if ((view.coolingUntil ?? soonest) <= soonest) admit(at);

  function admit(at: number): void {
    reasons[at] = null;
    factors[at] = views[at]!.success ?? 1;
  }
}
