// The short way to a decision says what the long way says. A client with wishes, even empty ones, takes the long way.
import { expect, it } from 'vitest';
import { readWishes } from '../../routing/wishes.ts';
import { question, routerFor, type World } from './question.ts';

const worlds: Record<string, World> = {
  well: {},
  'of unknown health': { health: {} },
  ailing: { health: { a: { factor: 0.3, success: 0.4 } } },
  'broken off from': { health: { a: { breaker: 'open', factor: 0 } } },
  'cooling down': { health: { a: { coolingUntil: Date.UTC(2030, 0, 1) } } },
  unpriced: { facts: { a: { inputNanosPerToken: null } } },
  'not permitted': { lookups: { permits: () => false }, key: 'key_a' },
  'without a credential': { facts: { a: { hasCredential: false } } },
  'too small': { facts: { a: { contextWindow: 10 } } },
};

it.each(Object.keys(worlds))('one target that is %s is decided about as it would be among many', (name) => {
  const direct = [{ provider: 'a', model: 'm' }];
  const decide = (world: World) => routerFor().decide(question({ direct, ...worlds[name], ...world }));
  expect(decide({ wishes: null })).toEqual(decide({ wishes: readWishes({}) }));
});
