// Holds back a call that would cost more than its caller may spend in one: before it costs anything it is refused, or sent to
// the cheapest target of its route where that is within the cap. Costs nothing where no cap is set.
import { worstCaseNanos } from '../budgets/worst-case.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { paceSubject } from '../pace-desk.ts';
import { tierAt } from '../target.ts';
import { type DecideRooms, decide } from './decide.ts';
import { type WeighRooms, weighForTarget } from './weigh.ts';

export interface CapRooms extends DecideRooms, WeighRooms {
  /** Of 99 in 100 answers of this model; null: nobody knows yet. */
  longestAnswer(provider: string, model: string): number | null;
}

interface Cap {
  name: string;
  usd: number;
  otherwise: 'refuse' | 'cheapest';
}

export function cap(exchange: Exchange, rooms: CapRooms): void | Promise<void> {
  const { caps } = rooms.paceDesk.limits();
  const asked = exchange.request.headers['x-sightline-max-cost'];
  if ((caps.length === 0 && asked === undefined) || !exchange.scan) return;
  const over = overCap(exchange, rooms);
  if (over === null) return stayWithin(exchange, rooms);
  if (over.cap.otherwise !== 'cheapest' || exchange.thrift) throw tooDear(exchange, over);
  exchange.thrift = true;
  exchange.policies.push(`${over.cap.name}: cheaper`);
  return Promise.resolve(decide(exchange, rooms)).then(() => {
    weighForTarget(exchange, rooms.paceDesk);
    const still = overCap(exchange, rooms);
    if (still !== null) throw tooDear(exchange, still);
    stayWithin(exchange, rooms);
  });
}

interface Over {
  cap: Cap;
  nanos: number;
}

function overCap(exchange: Exchange, rooms: CapRooms): Over | null {
  const { target } = exchange;
  const tightest = target && capFor(exchange, target, rooms);
  const nanos = target && costAt(exchange, target, rooms);
  if (exchange.estimate) exchange.estimate.costNanos = nanos;
  return tightest && nanos !== null && nanos > tightest.usd * 1e9 ? { cap: tightest, nanos } : null;
}

/** Whoever stands by may not be dearer than the cap either. */
function stayWithin(exchange: Exchange, rooms: CapRooms): void {
  exchange.plan = exchange.plan.filter((target) => {
    const limit = capFor(exchange, target, rooms);
    return limit === null || (costAt(exchange, target, rooms) ?? 0) <= limit.usd * 1e9;
  });
}

type Planned = NonNullable<Exchange['target']>;

/** The lowest of all; a caller may lower it for one call, and never raise it. */
function capFor(exchange: Exchange, { provider, model }: Planned, { paceDesk }: CapRooms): Cap | null {
  const subject = paceSubject(exchange, { provider: provider.name, model });
  let lowest: Cap | null = null;
  for (const { limit, matches } of paceDesk.limits().caps) {
    if (limit.maxCallUsd === undefined || !matches(subject)) continue;
    if (lowest === null || limit.maxCallUsd < lowest.usd)
      lowest = { name: limit.name, usd: limit.maxCallUsd, otherwise: limit.overMaxCall };
  }
  const header = exchange.request.headers['x-sightline-max-cost'];
  if (header === undefined) return lowest;
  const usd = Number(header);
  if (!(usd >= 0))
    throw new ProxyError(
      'SIGHTLINE_BAD_REQUEST',
      `x-sightline-max-cost is "${header}"; expected dollars such as 0.05.`,
    );
  if (lowest !== null && lowest.usd <= usd) return lowest;
  return { name: 'x-sightline-max-cost', usd, otherwise: lowest?.otherwise ?? 'refuse' };
}

/** Null where nobody knows the price, or how long the request is: what nobody knows is not refused. */
function costAt(exchange: Exchange, target: Planned, { prices, longestAnswer }: CapRooms): number | null {
  const { estimate, route, startedAt: at } = exchange;
  if (estimate?.inputTokens == null) return null;
  const { provider, model } = target;
  return worstCaseNanos(
    { operation: route.operation, inputTokens: estimate.inputTokens, maxOutputTokens: estimate.outputTokens },
    {
      ...{ priceProvider: provider.priceProvider, model, tier: tierAt(target, exchange.serviceTier), at },
      learnedOutputTokens: longestAnswer(provider.name, model),
    },
    prices,
  );
}

function tooDear({ target, estimate }: Exchange, { cap: { name, usd }, nanos }: Over): ProxyError {
  const output = estimate?.outputTokens == null ? '' : ` and up to ${estimate.outputTokens} tokens of answer`;
  return new ProxyError(
    'SIGHTLINE_CALL_TOO_DEAR',
    `This call may cost $${dollars(nanos / 1e9)} at ${target?.provider.name}/${target?.model} ` +
      `(about ${estimate?.inputTokens} tokens of request${output}); "${name}" allows $${dollars(usd)} for one call. ` +
      'Ask for a shorter answer, send less, or choose a cheaper model.',
  );
}

const dollars = (usd: number): string => String(Number(usd.toPrecision(3)));
