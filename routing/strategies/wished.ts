// The client's own ranking, where its request has one and the route honours it. As with the gateways these words come from,
// an order or a sort replaces the drawing.
import type { Wishes } from '../wishes.ts';
import { namesProvider } from '../wishes.ts';
import { cheapest } from './cheapest.ts';
import { ranked, type Strategy } from './strategy.ts';

/** Null when the client leaves the ranking to the route. */
export function wishedStrategy(wishes: Wishes | null): { name: string; strategy: Strategy } | null {
  if (!wishes) return null;
  if (wishes.order.length > 0) return { name: 'client-order', strategy: inOrder(wishes.order) };
  if (wishes.sort === 'price') return { name: 'client-price', strategy: cheapest };
  if (wishes.sort === 'latency') return { name: 'client-latency', strategy: byFirstToken };
  if (wishes.sort === 'throughput') return { name: 'client-throughput', strategy: byThroughput };
  return null;
}

/** Providers that the client did not name come after those it did. */
function inOrder(order: readonly string[]): Strategy {
  return (contenders) =>
    ranked(
      contenders.map(({ target }) => {
        const place = order.findIndex((wish) => namesProvider(wish, target.provider));
        return place < 0 ? order.length : place;
      }),
    );
}

const byFirstToken: Strategy = (contenders) => ranked(contenders.map(({ health }) => health?.firstTokenP50Ms ?? null));

const byThroughput: Strategy = (contenders) =>
  ranked(
    contenders.map(({ health }) => {
      const speed = health?.outputTokensPerSecond ?? null;
      return speed === null ? null : -speed;
    }),
  );
