// Takes targets out of the plan whose budget is used up, and says so in the decision that is recorded.
import type { Exchange } from '../../exchange.ts';

export function markUsedUp(exchange: Exchange, left: Exchange['plan'], budget: string): void {
  const named = (plan: Exchange['plan']) => new Set(plan.map(({ provider, model }) => `${provider.name}/${model}`));
  const stays = named(left);
  const goes = named(exchange.plan.filter((target) => !left.includes(target)));
  const { decision, routing } = exchange;
  exchange.policies.push(`${budget}: stop ${[...goes].join(', ')}`);
  exchange.plan = left;
  if (decision) {
    const candidates = decision.candidates.map((one) =>
      goes.has(`${one.provider}/${one.model}`)
        ? { ...one, excluded: 'price_cap' as const, detail: `the budget "${budget}" is used up` }
        : one,
    );
    const plan = decision.plan.filter((place) => {
      const candidate = decision.candidates[place];
      return candidate !== undefined && stays.has(`${candidate.provider}/${candidate.model}`);
    });
    exchange.decision = { ...decision, candidates, plan };
  }
  const beside = routing?.hedge?.target;
  if (routing && beside && !stays.has(`${beside.provider}/${beside.model}`))
    exchange.routing = { ...routing, hedge: null };
}
