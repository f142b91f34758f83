// Questions for the router, with everything at its plainest: one says what matters to the test.
import { RouteConfiguration } from '../../contract/routes.ts';
import type { Lookups, Question, TargetFacts, TargetHealth } from '../../routing/question.ts';
import { createRouter, type Router } from '../../routing/router.ts';

export const noNeeds = { tools: false, vision: false, schema: false, audio: false, stream: false };

/** Known, priced alike, able to do everything, in the EU and in a cloud. */
export const plainFacts: TargetFacts = {
  region: 'eu',
  selfHosted: false,
  retention: 'any',
  contextWindow: 100_000,
  capabilities: { tools: true, vision: true, schema: true, audio: true, stream: true },
  inputNanosPerToken: 1000,
  outputNanosPerToken: 2000,
  hasCredential: true,
  speaksBatch: false,
};

export const well: TargetHealth = {
  factor: 1,
  success: 1,
  breaker: 'closed',
  coolingUntil: null,
  inFlight: 0,
  concurrencyLimit: null,
  firstTokenP50Ms: 300,
  firstTokenP95Ms: 900,
};

/** By `provider/model` or by provider alone. */
type PerTarget<T> = Record<string, Partial<T>>;

export interface World extends Omit<Partial<Question>, 'lookups'> {
  facts?: PerTarget<TargetFacts>;
  health?: PerTarget<TargetHealth>;
  lookups?: Partial<Lookups>;
}

export function question({ facts = {}, health, lookups, ...given }: World = {}): Question {
  return {
    dialect: 'openai-chat',
    operation: 'chat',
    requestedModel: 'smart',
    provider: '',
    ...{ task: '', app: '', team: '', environment: '', user: '', session: '', key: '' },
    header: () => null,
    tags: {},
    inputTokens: 1000,
    maxOutputTokens: null,
    needs: noNeeds,
    sensitivity: '',
    criticality: '',
    patienceMs: null,
    prompt: () => '',
    wishes: null,
    direct: [],
    now: Date.UTC(2026, 0, 15, 12),
    random: seeded(1),
    ...given,
    lookups: {
      facts: ({ provider, model }) => ({ ...plainFacts, ...facts[provider], ...facts[`${provider}/${model}`] }),
      health: ({ provider, model }) => {
        const known = health?.[`${provider}/${model}`] ?? health?.[provider];
        return known ? { ...well, ...known } : null;
      },
      learnedOutputTokens: () => null,
      weights: () => null,
      warm: () => 0,
      ...lookups,
    },
  };
}

/** Routes as they would stand in the file. */
export function routerFor(...routes: unknown[]): Router {
  return createRouter({
    routes: routes.map((route) => RouteConfiguration.parse({ name: 'route', ...(route as object) })),
    unitKey: 'a key of the tests',
  });
}

/** Mulberry32: even numbers in [0, 1), the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
