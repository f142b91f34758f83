// What is known of targets, gathered from the rooms that know it: the configuration, the price book, health, published
// weights, and where a session's prompt is still warm. All of it lies in memory.
import type { PriceBook } from '../../../catalog/prices.ts';
import type { ResolvedProvider } from '../../../configuration/provider.ts';
import type { Lookups, TargetFacts } from '../../../routing/question.ts';
import type { Target } from '../../../routing/target.ts';
import { speaksBatch } from '../../batch/batchable.ts';
import type { Exchange } from '../../exchange.ts';
import type { TargetWatch } from '../../target-watch.ts';
import { clientKey } from '../../upstream/credential.ts';
import { type FindTarget, findTarget } from '../../upstream/find-target.ts';
import { mayWish, permits } from './permits.ts';

export interface LookupRooms extends FindTarget {
  prices: PriceBook;
  watch: TargetWatch;
}

export function lookupsFor(exchange: Exchange, rooms: LookupRooms): Lookups {
  const { directory, watch } = rooms;
  return {
    facts: (target) => factsOf(exchange, target, rooms),
    health: ({ provider, model }) => {
      const found = directory.named(provider);
      return found && watch.health(found, model);
    },
    learnedOutputTokens: (task, { provider, model }) => watch.outputTokens(task, provider, model),
    weights: () => null,
    warm: (session, { provider, model }) => watch.warmTokens(session, provider, model),
    permits: (target) => permits(exchange, target, directory),
    resolve: (model) => {
      const found = findTarget(rooms, exchange.route, model);
      return found && mayWish(exchange, model, found) ? [{ provider: found.provider.name, model: found.model }] : [];
    },
  };
}

const unknown: TargetFacts = {
  ...{ region: '', selfHosted: false, retention: null, contextWindow: null, capabilities: {} },
  ...{ inputNanosPerToken: null, outputNanosPerToken: null, hasCredential: false, speaksBatch: false },
};

function factsOf(
  exchange: Exchange,
  { provider: name, model }: Target,
  { directory, prices }: LookupRooms,
): TargetFacts {
  const provider = directory.named(name);
  if (!provider) return unknown;
  const rates = prices.perToken(provider.priceProvider, model, exchange.startedAt);
  return {
    region: provider.region,
    selfHosted: provider.selfHosted,
    retention: provider.selfHosted ? 'none' : provider.retention,
    contextWindow: prices.contextWindow(provider.priceProvider, model),
    capabilities: {},
    inputNanosPerToken: rates?.input ?? null,
    outputNanosPerToken: rates?.output ?? null,
    cachedInputNanosPerToken: rates?.cachedInput ?? null,
    hasCredential: hasCredential(exchange, provider, directory.forFamily(exchange.route.family) === provider),
    speaksBatch: speaksBatch(exchange, provider, model),
  };
}

/** Its own key, or the client's where the path called that very provider, or none wanted. */
function hasCredential({ request, search }: Exchange, provider: ResolvedProvider, own: boolean): boolean {
  if (provider.apiKey !== null || provider.aws || provider.serviceAccount) return true;
  if ((provider.selfHosted || provider.keyHeader === 'none') && !provider.vault?.trouble) return true;
  const brought = own ? clientKey(request.headers, search) : '';
  return brought !== '' && !brought.startsWith('sl_');
}
