// The one way to a decision: match a route, hold the constraints, let the strategy and health speak, draw, plan. Pure but
// for the memory of who drew what; docs/routing.md tells it in words.
import type { Decision, ExclusionReason } from '../contract/decision.ts';
import type { RouteConfiguration } from '../contract/routes.ts';
import { type CompiledRoute, compileRoute, openRules, routeTarget } from './compile-route.ts';
import { maySee } from './constraints.ts';
import { type Contender, candidateOf, type Exclusion } from './contender.ts';
import { directRoute } from './direct-route.ts';
import { type Eligible, eligibleFor } from './eligible.ts';
import { type Drawing, type FirstChoice, firstChoice } from './first-choice.ts';
import { type Hedge, hedgeFor } from './hedge.ts';
import { matchRoute, possibleRoutes } from './match-route.ts';
import { trainClassifier } from './meaning.ts';
import { onlyOne } from './only-one.ts';
import { planFor, plannedTarget } from './plan.ts';
import type { Meaning, Question } from './question.ts';
import { recheck } from './recheck.ts';
import { shadowFor } from './shadow.ts';
import { isPatient, type Shares, sharesOf } from './shares.ts';
import { StickyMemory } from './sticky-memory.ts';
import type { PlannedTarget, Target } from './target.ts';
import { unitsUnder } from './unit.ts';

export interface RouterOptions {
  routes: readonly RouteConfiguration[];
  /** Under which names of sessions and users are hashed; the same in all processes that should draw alike. */
  unitKey: string;
  /** Sessions and users whose draw is remembered. */
  rememberedUnits?: number;
}

export interface Routing {
  decision: Decision;
  plan: readonly PlannedTarget[];
  /** Null where no route matched. */
  route: RouteConfiguration | null;
  shadow: PlannedTarget | null;
  hedge: Hedge | null;
  problem: RoutingProblem | null;
}

export interface RoutingProblem {
  reason: 'nothing_eligible';
  exclusions: readonly (Target & Exclusion)[];
}

export interface Router {
  decide(question: Question): Routing;
  /**
   * Names of the routes whose examples the prompt may have to be compared with. Empty where nobody has to know, and where
   * one of the routes that may be taken keeps the prompt from the target that would compare (`reader`).
   */
  likely(question: Question, reader: Target): ReadonlySet<string>;
  /** Before every further attempt, with the same question: why this target may not be asked now; null when it may. */
  recheck(question: Question, target: Target, tried: readonly Target[]): ExclusionReason | null;
}

export function createRouter({ routes, unitKey, rememberedUnits = 50_000 }: RouterOptions): Router {
  // A route without targets says how much is recorded and nothing else.
  const compiled = routes.map(compileRoute).filter(({ targets }) => targets.length > 0);
  const classify = trainClassifier(
    compiled.flatMap(({ name, configuration }) => {
      const examples = configuration?.match.examples;
      return examples ? [{ route: name, examples }] : [];
    }),
  );
  const drawing: Drawing = { unitOf: unitsUnder(unitKey), memory: new StickyMemory(rememberedUnits) };
  const decided = new WeakMap<Question, CompiledRoute>();
  const match = (question: Question) => {
    const matched = matchRoute(compiled, question, classify);
    const route = matched.route ?? directRoute(question);
    decided.set(question, route);
    return { route, meaning: matched.meaning };
  };

  return {
    decide(question) {
      const { route, meaning } = match(question);
      const only = meaning === null ? onlyOne(route, question) : null;
      return only ?? decideWithin(route, { question, meaning, drawing });
    },
    likely(question, reader) {
      const possible = possibleRoutes(compiled, question);
      const liked = possible.filter(({ threshold }) => threshold !== null);
      if (liked.length === 0) return nobody;
      const shown = { target: routeTarget(reader, 'targets'), facts: question.lookups.facts(reader) };
      const rules = possible.map((route) => route.rules);
      // Where none of them is sure to be taken, it may be the model's own name that counts.
      if (liked.length === possible.length) rules.push(openRules);
      return rules.every((one) => maySee(shown, one, question)) ? new Set(liked.map(({ name }) => name)) : nobody;
    },
    recheck(question, target, tried) {
      return recheck(decided.get(question) ?? match(question).route, { question, target, tried });
    },
  };
}

const nobody: ReadonlySet<string> = new Set();

interface Within {
  question: Question;
  meaning: Meaning | null;
  drawing: Drawing;
}

function decideWithin(route: CompiledRoute, { question, meaning, drawing }: Within): Routing {
  const eligible = eligibleFor(route, question);
  const { choice, shares } = chooseFrom(eligible, route, { question, drawing });
  const plan = planOf(choice, eligible, { shares, route, question });
  const patient = isPatient(route, question);
  const decision: Decision = {
    route: route.name,
    strategy: shares?.strategy ?? (route.configuration ? route.strategy : 'direct'),
    kind: choice?.kind ?? 'pinned',
    unit: choice?.unit ?? '',
    draw: choice?.draw ?? null,
    weightsVersion: shares?.weightsVersion ?? '',
    meaning,
    candidates: eligible.all.map(candidateOf),
    plan: plan.map(({ place }) => place),
  };
  return {
    decision,
    plan: plan.map((contender) => plannedTarget(contender, route, patient)),
    route: route.configuration,
    shadow: choice ? shadowFor(route, question) : null,
    hedge: hedgeFor(plan, route, question),
    problem: choice ? null : { reason: 'nothing_eligible', exclusions: exclusionsOf(eligible) },
  };
}

interface Chosen {
  choice: FirstChoice | null;
  shares: Shares | null;
}

function chooseFrom(
  { targets, fallback, leastBad }: Eligible,
  route: CompiledRoute,
  { question, drawing }: Pick<Within, 'question' | 'drawing'>,
): Chosen {
  if (targets.length > 0) {
    const shares = sharesOf(targets, route, question);
    targets.forEach((contender, place) => {
      // What is left of 1 after rounding may be a hair more.
      contender.probability = Math.min(1, shares.probabilities[place]!);
      contender.score = shares.scores[place] ?? null;
    });
    return { choice: firstChoice(targets, shares, { route, question, drawing }), shares };
  }
  const contender = leastBad[0] ?? fallback[0];
  if (!contender) return { choice: null, shares: null };
  contender.probability = 1;
  const kind = contender.target.from === 'fallback' && route.configuration ? 'failover' : 'pinned';
  return { choice: { contender, kind, unit: '', draw: null }, shares: null };
}

function planOf(
  choice: FirstChoice | null,
  eligible: Eligible,
  { shares, route, question }: { shares: Shares | null; route: CompiledRoute; question: Question },
): readonly Contender[] {
  if (!choice) return [];
  if (route.rules.honoursWishes && question.wishes?.allowFallbacks === false) return [choice.contender];
  return eligible.leastBad.length > 0 ? eligible.leastBad : planFor(choice.contender, eligible, shares);
}

const exclusionsOf = ({ all }: Eligible): (Target & Exclusion)[] =>
  all.flatMap(({ target: { provider, model }, excluded }) => (excluded ? [{ provider, model, ...excluded }] : []));
