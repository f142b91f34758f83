// Reserves what the exchange may cost at most with every budget that it falls under, before it leaves: slowed or sent to the
// cheapest target where a budget is nearly used up, and refused where nobody who may answer is within every budget.
import type { PriceBook } from '../../catalog/prices.ts';
import type { BudgetRoom } from '../budgets/budget-room.ts';
import type { Counter } from '../budgets/counter.ts';
import type { HoldPart } from '../budgets/hold.ts';
import { type Overrun, overrunOf } from '../budgets/overrun.ts';
import { refusalMessage } from '../budgets/refusal-message.ts';
import { type PlanCosts, planNanos, worstCaseNanos } from '../budgets/worst-case.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { tierAt } from '../target.ts';
import { pause } from './answer/pause.ts';
import { aim, type DecideRooms, decide } from './decide.ts';
import { callerOf } from './hold/caller.ts';
import { markUsedUp } from './hold/mark-used-up.ts';

export interface HoldRooms extends DecideRooms {
  budgets: BudgetRoom;
  prices: PriceBook;
}

/** A call with its retries may take so long before its reservation lapses; a running one never lapses. */
const shortestHoldMs = 10 * 60_000;

/** Costs nothing and waits for nothing where no budget counts what this caller does. */
export function hold(exchange: Exchange, rooms: HoldRooms): void | Promise<void> {
  const { budgets } = rooms.budgets;
  if (budgets.none || exchange.request.method !== 'POST') return;
  const caller = callerOf(exchange);
  if (!budgets.concerns(caller)) return;
  const counters = countersByPlace(exchange, caller, rooms);
  const overrun = note(exchange, counters.flat());
  if (overrun.slowMs === 0 && (!overrun.cheaper || exchange.thrift)) return reserve(exchange, caller, rooms);
  return holdBack(exchange, overrun, rooms).then(() => reserve(exchange, caller, rooms));
}

type Caller = ReturnType<typeof callerOf>;

const countersByPlace = (exchange: Exchange, caller: Caller, { budgets }: HoldRooms): Counter[][] =>
  exchange.plan.map(({ provider, model }) =>
    budgets.budgets.countersFor(caller, { provider: provider.name, model }, exchange.startedAt),
  );

/** The most of what the budgets ask for; what it was goes into the record. */
function note(exchange: Exchange, counters: readonly Counter[]): Overrun {
  const most: Overrun = { slowMs: 0, cheaper: false };
  for (const counter of new Set(counters)) {
    const { compiled } = counter;
    if (compiled.steps.length === 0) continue;
    const { slowMs, cheaper } = overrunOf(compiled, counter.spent());
    if (slowMs > 0) exchange.policies.push(`${compiled.budget.name}: slow`);
    if (cheaper && exchange.plan.length > 1) exchange.policies.push(`${compiled.budget.name}: cheaper`);
    most.slowMs = Math.max(most.slowMs, slowMs);
    most.cheaper ||= cheaper && exchange.plan.length > 1;
  }
  return most;
}

async function holdBack(exchange: Exchange, { slowMs, cheaper }: Overrun, rooms: HoldRooms): Promise<void> {
  if (cheaper && !exchange.thrift) {
    exchange.thrift = true;
    await decide(exchange, rooms);
  }
  if (slowMs > 0) await pause(exchange, slowMs);
  if (exchange.gone) throw new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');
}

/** Targets that fall under a budget without room are left out one after the other, until the rest fits. */
function reserve(exchange: Exchange, caller: Caller, rooms: HoldRooms): void | Promise<void> {
  const counters = countersByPlace(exchange, caller, rooms);
  const costs = costsOf(exchange, rooms);
  const parts = partsOf(counters, costs);
  if (parts.length === 0) return;
  const refused = rooms.budgets.budgets.hold({
    ...{ id: exchange.id, caller, startedAt: exchange.startedAt, counters: parts },
    nanos: planNanos(costs, [...exchange.plan.keys()]),
    ttlMs: Math.max(shortestHoldMs, exchange.routing?.route?.deadlineMs ?? 0),
    isRunning: () => !exchange.response.destroyed && !exchange.response.writableFinished,
  });
  if (refused === null) return releaseAtEnd(exchange, rooms);
  return refused.then((refusal) => {
    if (refusal === null) return releaseAtEnd(exchange, rooms);
    const left = exchange.plan.filter((_, place) => !counters[place]?.includes(refusal.counter));
    const { name } = refusal.counter.compiled.budget;
    if (left.length === 0 || left.length === exchange.plan.length) {
      exchange.policies.push(`${name}: stop`);
      const neededNanos = parts.find(({ counter }) => counter === refusal.counter)?.nanos ?? 0;
      throw new ProxyError('SIGHTLINE_BUDGET_EXCEEDED', refusalMessage({ ...refusal, neededNanos }));
    }
    markUsedUp(exchange, left, name);
    aim(exchange, left[0] as Exchange['plan'][number]);
    return reserve(exchange, caller, rooms);
  });
}

function costsOf(exchange: Exchange, { budgets, prices }: HoldRooms): PlanCosts {
  const { estimate, question, routing, plan, startedAt: at } = exchange;
  const size = {
    operation: exchange.route.operation,
    inputTokens: estimate?.inputTokens ?? question?.inputTokens ?? Math.ceil(exchange.body.length / 4),
    maxOutputTokens: estimate?.outputTokens ?? question?.maxOutputTokens ?? null,
  };
  const nanos = plan.map((target) => {
    const { provider, model } = target;
    const learnedOutputTokens = budgets.learned.p99(provider.name, model);
    const tier = tierAt(target, exchange.serviceTier);
    const priced = { priceProvider: provider.priceProvider, model, tier, at, learnedOutputTokens };
    return worstCaseNanos(size, priced, prices) ?? 0;
  });
  const beside = routing?.hedge?.target;
  const hedge = plan.findIndex(({ provider, model }) => provider.name === beside?.provider && model === beside.model);
  return { nanos, addsUp: routing?.decision.kind === 'cascade', hedge: hedge > 0 ? hedge : null };
}

function partsOf(counters: readonly Counter[][], costs: PlanCosts): HoldPart[] {
  return [...new Set(counters.flat())].map((counter) => {
    const places = [...counters.keys()].filter((place) => counters[place]?.includes(counter));
    return { counter, nanos: planNanos(costs, places) };
  });
}

function releaseAtEnd(exchange: Exchange, { budgets }: HoldRooms): void {
  exchange.releases.add(() => {
    const { target, attempts } = exchange;
    const sent = attempts.length > 0 && target;
    budgets.budgets.ended(exchange.id, sent ? { provider: target.provider.name, model: target.model } : null);
  });
  if (exchange.estimate) exchange.estimate.costNanos ??= budgets.budgets.heldFor(exchange.id);
}
