// A recorded call as the question that a router is asked. What was not recorded is unknown: headers, needs, wishes, keys;
// health is left out, and who has no key here may have one at the proxy.
import type { PriceBook } from '../../catalog/prices.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { Lookups, Question, TargetFacts } from '../../routing/question.ts';
import type { Target } from '../../routing/target.ts';
import type { RecordedCall } from './recorded-calls.ts';

export interface World {
  providers: readonly ResolvedProvider[];
  prices: PriceBook;
}

export function replayQuestion(call: RecordedCall, world: World): Question {
  const slash = call.requestedModel.indexOf('/');
  const { dialect, operation, requestedModel, task, app, team, environment, user, session, tags } = call;
  return {
    ...{ dialect, operation, requestedModel, task, app, team, environment, user, session, tags },
    provider: slash > 0 ? requestedModel.slice(0, slash) : '',
    key: '',
    header: () => null,
    inputTokens: call.inputTokens,
    needs: { tools: false, vision: false, schema: false, audio: false, stream: call.stream },
    sensitivity: '',
    now: call.at,
    prompt: () => call.prompt,
    ...{ maxOutputTokens: null, criticality: '', patienceMs: null, wishes: null },
    direct: directFor(call, world),
    // The probabilities are what counts here; where a draw falls is of no interest.
    random: () => 0.5,
    lookups: lookupsFor(call, world),
  };
}

function lookupsFor(call: RecordedCall, world: World): Lookups {
  return {
    facts: (target) => factsOf(target, call.at, world),
    health: () => null,
    learnedOutputTokens: () => call.outputTokens,
    weights: () => null,
    warm: () => 0,
  };
}

function factsOf({ provider: name, model }: Target, at: number, { providers, prices }: World): TargetFacts {
  const provider = providers.find((one) => one.name === name);
  const rates = prices.perToken(provider?.priceProvider ?? name, model, at);
  return {
    region: provider?.region ?? '',
    selfHosted: provider?.selfHosted ?? false,
    retention: provider?.selfHosted ? 'none' : (provider?.retention ?? null),
    contextWindow: prices.contextWindow(provider?.priceProvider ?? name, model),
    capabilities: {},
    inputNanosPerToken: rates?.input ?? null,
    outputNanosPerToken: rates?.output ?? null,
    cachedInputNanosPerToken: rates?.cachedInput ?? null,
    hasCredential: true,
    speaksBatch: false,
  };
}

/**
 * Who serves the model by its own name. Where no route decided then, it is who was asked; else the provider in the name, or
 * the first that somebody set up and that lists the model.
 */
function directFor({ route, chosen, requestedModel }: RecordedCall, { providers, prices }: World): Target[] {
  if (route === '' && chosen) return [chosen];
  const slash = requestedModel.indexOf('/');
  const named = providers.find(({ name }) => name === requestedModel.slice(0, Math.max(0, slash)));
  if (named) return [{ provider: named.name, model: requestedModel.slice(slash + 1) }];
  const isMeant = ({ declared, apiKey }: ResolvedProvider): boolean => declared !== 'catalogue' || apiKey !== null;
  const lists = providers.filter(
    ({ priceProvider, quirks }) => !quirks.isGateway && prices.knows(priceProvider, requestedModel),
  );
  const first = lists.find(isMeant) ?? lists[0];
  return first ? [{ provider: first.name, model: requestedModel }] : [];
}

/** What this very call costs at a target, in nano-dollars, without a prompt cache; null where a size or a price is unknown. */
export function callNanos(call: RecordedCall, target: Target, world: World): number | null {
  const { inputNanosPerToken: input, outputNanosPerToken: output } = factsOf(target, call.at, world);
  const outputTokens = call.operation === 'embeddings' ? (call.outputTokens ?? 0) : call.outputTokens;
  if (call.inputTokens === null || outputTokens === null || input === null) return null;
  if (output === null && outputTokens > 0) return null;
  return call.inputTokens * input + outputTokens * (output ?? 0);
}
