// How the simulation chooses: the proxy's own router with one weighted route, and health's own views.
import { RouteConfiguration } from '../../contract/routes.ts';
import type { Health } from '../../proxy/health/health.ts';
import { targetKey } from '../../proxy/health/target-key.ts';
import type { Question, TargetFacts } from '../../routing/question.ts';
import { createRouter, type Routing } from '../../routing/router.ts';
import { isSame, type Target } from '../../routing/target.ts';

export interface Choice {
  /** The target that is asked first. */
  first: number;
  /** Whether health shut each target out of the draw. */
  shutOut: boolean[];
  /** Places of targets that may be asked at this moment, the likeliest to succeed first. */
  mayAsk(): number[];
}

export interface Chooser {
  keys: readonly string[];
  choose(): Choice;
  /** A decision and nothing else, for measuring what it costs. */
  decide(): Routing;
}

export interface ChooserParts {
  weights: readonly number[];
  health: Health;
  clock: () => number;
  random: () => number;
}

export function createChooser({ weights, health, clock, random }: ChooserParts): Chooser {
  const targets = weights.map((weight, at) => ({ provider: `provider-${at}`, model: 'model', weight }));
  const keys = new Map(targets.map(({ provider, model }) => [provider, targetKey({ provider, model, ...nowhere })]));
  const route = RouteConfiguration.parse({ name: 'support', strategy: 'weighted', targets });
  const router = createRouter({ routes: [route], unitKey: 'bench' });
  const lookups: Question['lookups'] = {
    facts: () => facts,
    health: ({ provider }) => health.view(keys.get(provider)!),
    learnedOutputTokens: () => null,
    weights: () => null,
    warm: () => 0,
  };
  const allKeys = [...keys.values()];
  const ask = (): Question => ({ ...plain, now: clock(), random, lookups });
  return {
    keys: allKeys,
    decide: () => router.decide(ask()),
    choose() {
      const question = ask();
      const { decision, plan } = router.decide(question);
      const place = (target: Target): number => targets.findIndex((one) => isSame(one, target));
      return {
        first: place(plan[0]!),
        shutOut: decision.candidates.map(({ excluded }) => excluded !== null),
        mayAsk() {
          const now = { ...question, now: clock() };
          const places = targets.flatMap((one, at) => (router.recheck(now, one, []) === null ? [at] : []));
          const success = new Map(places.map((at) => [at, health.view(allKeys[at]!).success ?? 1]));
          return places.sort((one, other) => success.get(other)! - success.get(one)!);
        },
      };
    },
  };
}

const nowhere = { credential: '', region: '' };

const facts: TargetFacts = {
  region: '',
  selfHosted: false,
  retention: null,
  contextWindow: null,
  capabilities: {},
  inputNanosPerToken: 1_000,
  outputNanosPerToken: 4_000,
  hasCredential: true,
  speaksBatch: false,
};

/** A request without a session: each is drawn for itself, as where the load is widest spread. */
const plain: Omit<Question, 'now' | 'random' | 'lookups'> = {
  dialect: 'openai-chat',
  operation: 'chat',
  requestedModel: 'smart',
  provider: '',
  ...{ task: 'support', app: '', team: '', environment: '', user: '', session: '', key: '' },
  header: () => null,
  tags: {},
  inputTokens: 900,
  maxOutputTokens: null,
  needs: { tools: false, vision: false, schema: false, audio: false, stream: true },
  sensitivity: '',
  criticality: '',
  patienceMs: null,
  prompt: () => '',
  wishes: null,
  direct: [],
};
