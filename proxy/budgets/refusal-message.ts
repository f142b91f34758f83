// What a client is told when a budget has no room for its call.
import { counterParts, usdOfNanos } from '../../catalog/spending/counter.ts';
import type { Counter } from './counter.ts';

export interface RefusalParts {
  counter: Counter;
  /** False: neither Redis nor the collector could be asked. */
  asked: boolean;
  neededNanos: number;
}

export function refusalMessage({ counter, asked, neededNanos }: RefusalParts): string {
  const { budget, limitNanos } = counter.compiled;
  const { value } = counterParts(counter.name);
  const whose = value === '' ? '' : ` for ${budget.each} "${value}"`;
  const held = Math.max(counter.held, counter.known?.leasedNanos ?? 0);
  const figures = `${usd(counter.spent())} of ${usd(limitNanos)} spent this ${budget.per}, ${usd(held)} held for calls under way`;
  const ends = `It begins anew at ${new Date(counter.endsAt).toISOString()}.`;
  const why = asked
    ? `has no room for this call, which may cost up to ${usd(neededNanos)}`
    : 'cannot be asked just now, and this proxy’s own part of it is used up';
  return `The budget "${budget.name}"${whose} ${why}: ${figures}. ${ends}`;
}

/** To the cent, or further where there would be nothing to see. */
function usd(nanos: number): string {
  const dollars = usdOfNanos(nanos);
  return `$${dollars === 0 || dollars >= 0.1 ? dollars.toFixed(2) : dollars.toPrecision(2)}`;
}
