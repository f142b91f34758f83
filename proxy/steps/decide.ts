// Chooses who answers and who stands by: the route that matches, or whoever the model's own name leads to.

import type { Meaning, Question } from '../../routing/question.ts';
import type { Router, Routing } from '../../routing/router.ts';
import type { PlannedTarget } from '../../routing/target.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { MeaningEndpoint } from '../meaning-endpoint.ts';
import type { Target } from '../target.ts';
import { findTarget, toTarget } from '../upstream/find-target.ts';
import { type LookupRooms, lookupsFor } from './decide/lookups-for.ts';
import { notPermitted, permits } from './decide/permits.ts';
import { questionFor } from './decide/question-for.ts';

export interface DecideRooms extends LookupRooms {
  router: Router;
  /** Null: the built-in classifier alone says what prompts are like. */
  meanings: MeaningEndpoint | null;
  random(): number;
}

/** Takes time only where an embeddings endpoint has to be asked. */
export function decide(exchange: Exchange, rooms: DecideRooms): void | Promise<void> {
  const direct = findTarget(rooms, exchange.route, exchange.requestedModel);
  const question = questionFor(exchange, {
    lookups: lookupsFor(exchange, rooms),
    direct: direct ? [{ provider: direct.provider.name, model: direct.model }] : [],
    random: rooms.random,
  });
  const asking = meaningOf(question, rooms);
  if (asking === null) return choose(exchange, { question, direct }, rooms);
  return asking.then((meaning) => {
    question.meaning = meaning;
    choose(exchange, { question, direct }, rooms);
  });
}

/** Null at once where nobody has to know. */
function meaningOf(question: Question, { router, meanings }: DecideRooms): Promise<Meaning | null> | null {
  if (!meanings) return null;
  const likely = router.likely(question, meanings.reader);
  return likely.size > 0 ? meanings.ask(question.prompt(), likely) : null;
}

interface Asked {
  question: Question;
  /** Who serves the requested model by its own name. */
  direct: Target | null;
}

function choose(exchange: Exchange, { question, direct }: Asked, rooms: DecideRooms): void {
  exchange.question = question;
  const routing = rooms.router.decide(question);
  exchange.routing = routing;
  exchange.decision = routing.decision;
  exchange.plan = batchFirst(
    exchange,
    routing.plan.flatMap((planned) => reachable(exchange, planned, rooms)),
  );
  const first = exchange.plan[0];
  const forbidden = first ? null : forbiddenTarget(routing);
  if (first) aim(exchange, first);
  else if (forbidden) throw notPermitted(exchange, forbidden);
  else if (routing.route === null && direct) {
    const named = { provider: direct.provider.name, model: direct.model };
    if (!permits(exchange, named, rooms.directory)) throw notPermitted(exchange, named);
    // Nobody else is meant, so the step that has to refuse can say what is missing.
    exchange.plan = [{ ...direct, limits: noLimits }];
    aim(exchange, direct);
  } else throw nobody(exchange, routing, rooms);
}

/** From now on this target stands for the exchange, in its headers and its record. */
export function aim(exchange: Exchange, target: Target): void {
  if (exchange.provider !== target.provider) exchange.span.decided(target.provider);
  exchange.target = target;
  exchange.provider = target.provider;
}

export const noLimits = { maxCostUsd: null, timeToFirstTokenMs: null } as const;

function reachable(exchange: Exchange, planned: PlannedTarget, { directory }: DecideRooms): Exchange['plan'] {
  const target = toTarget(directory, exchange.route, planned);
  const { maxCostUsd, timeToFirstTokenMs } = planned;
  return target ? [{ ...target, limits: { maxCostUsd, timeToFirstTokenMs } }] : [];
}

/** One batch at most uses up a client's patience; whoever was to answer it is asked again at once, and so are all others. */
function batchFirst({ routing, question }: Exchange, plan: Exchange['plan']): Exchange['plan'] {
  const [first] = plan;
  const patienceMs = question?.patienceMs ?? null;
  // A cascade asks somebody better after an answer; the same one again at once would be no better.
  const wanted = routing?.plan[0]?.batch && routing.decision.kind !== 'cascade';
  if (!first || !wanted || patienceMs === null) return plan;
  return [{ ...first, batch: { patienceMs } }, ...plan];
}

/** Where the only reason is what the caller may not do, this is said and nothing of who else might have answered. */
function forbiddenTarget({ problem }: Routing): { provider: string; model: string } | null {
  const exclusions = problem?.exclusions ?? [];
  return exclusions.every(({ reason }) => reason === 'key_policy') ? (exclusions[0] ?? null) : null;
}

function nobody({ route, requestedModel }: Exchange, routing: Routing, { directory }: DecideRooms): ProxyError {
  if (routing.problem && routing.problem.exclusions.length > 0) {
    const why = routing.problem.exclusions.map(({ provider, model, reason, detail }) => {
      return `${provider}/${model}: ${reason}${detail ? ` (${detail})` : ''}`;
    });
    const where = routing.route ? `Route "${routing.route.name}"` : `The model "${requestedModel}"`;
    return new ProxyError(
      'SIGHTLINE_NOTHING_ELIGIBLE',
      `${where} has no target that may answer this: ${why.join('; ')}.`,
    );
  }
  const ways = directory.names().map((name) => `/${name}/…`);
  return new ProxyError(
    'SIGHTLINE_PROVIDER_MISSING',
    `No configured provider speaks the ${route.family} dialect of ${route.tail}. ` +
      `Add one under "providers", or call one of ${ways.join(', ') || 'none yet'}.`,
  );
}
