// The probabilities of the first draw: what the strategy says, less what health takes, with a trial's arms mixed in.
import type { CompiledRoute } from './compile-route.ts';
import type { Contender } from './contender.ts';
import { trialShare } from './eligible.ts';
import { factorOf, maskOrder, maskShares } from './mask.ts';
import type { Question } from './question.ts';
import { strategies } from './strategies/index.ts';
import type { Strategy, Verdict } from './strategies/strategy.ts';
import { thrift } from './strategies/thrift.ts';
import { wishedStrategy } from './strategies/wished.ts';
import { isSame } from './target.ts';
import type { UnitKind } from './unit.ts';

export interface Shares {
  /** As it is recorded. */
  strategy: string;
  probabilities: readonly number[];
  /** Places, best first. */
  order: readonly number[];
  scores: readonly (number | null)[];
  weightsVersion: string;
  /** Chosen by chance even where one target is left over. */
  draws: boolean;
  /** What the draw is made for, and what its hash is salted with. */
  unit: UnitKind;
  salt: string;
}

/** `contenders`: those eligible, targets of trials alone at the end. */
export function sharesOf(contenders: readonly Contender[], route: CompiledRoute, question: Question): Shares {
  const listed = contenders.filter(({ target }) => !target.trialOnly);
  const wished = question.thrift ? thrifty : route.rules.honoursWishes ? wishedStrategy(question.wishes) : null;
  const verdict = judged(wished?.strategy ?? strategies[route.strategy], { listed, route, question });
  // A direct request names its model: health may leave it out, but nothing is drawn.
  const pins = route.configuration === null;
  const base = pins ? oneHot(verdict.order) : maskedVerdict(verdict, listed);
  const { order, scores, weightsVersion } = verdict;
  const common = { order, scores, weightsVersion };
  const probabilities = padded(base, contenders.length);
  const { trial } = route;
  if (trial && !wished) {
    const { kind: strategy, unit, salt } = trial;
    return { ...common, strategy, probabilities: withTrial(probabilities, contenders, route), draws: true, unit, salt };
  }
  const strategy = wished?.name ?? (pins ? 'direct' : route.strategy);
  // Who is least busy changes from call to call; what a session has warm is in the shares.
  const unit = strategy === 'least-busy' ? 'none' : (route.configuration?.sticky.by ?? 'none');
  const salt = `${route.name}\n${question.task}`;
  return { ...common, strategy, probabilities, draws: drawing.has(strategy), unit, salt };
}

const thrifty = { name: 'thrift', strategy: thrift };

const drawing: ReadonlySet<string> = new Set(['weighted', 'published', 'least-busy']);

const nobody: Verdict = { scores: [], order: [], shares: null, weightsVersion: '' };

interface Judged {
  listed: readonly Contender[];
  route: CompiledRoute;
  question: Question;
}

/** A client that can wait is sent to those with a batch endpoint, where there are any; the others stand by. */
function judged(strategy: Strategy, { listed, route, question }: Judged): Verdict {
  if (listed.length === 0) return nobody;
  if (!isPatient(route, question)) return strategy(listed, { route, question });
  const places = [...listed.keys()];
  const batch = places.filter((place) => listed[place]!.facts.speaksBatch);
  if (batch.length === 0) return strategy(listed, { route, question });
  const verdict = strategy(
    batch.map((place) => listed[place]!),
    { route, question },
  );
  const spread = <T>(values: readonly T[], rest: T): T[] =>
    places.map((place) => (batch.includes(place) ? values[batch.indexOf(place)]! : rest));
  return {
    ...verdict,
    scores: spread(verdict.scores, null),
    order: [...verdict.order.map((at) => batch[at]!), ...places.filter((place) => !batch.includes(place))],
    shares: spread(verdict.shares ?? oneHot(verdict.order), 0),
  };
}

export function isPatient({ configuration }: CompiledRoute, { patienceMs }: Question): boolean {
  const patience = configuration?.patience;
  return patience !== undefined && patienceMs !== null && patienceMs >= patience.batchAfterMs;
}

function maskedVerdict({ shares, order }: Verdict, listed: readonly Contender[]): number[] {
  if (listed.length === 0) return [];
  return shares ? maskShares(shares, listed) : maskOrder(order, listed);
}

/** Each arm has its share as its health allows; the rest of the traffic follows the strategy. */
function withTrial(base: readonly number[], contenders: readonly Contender[], route: CompiledRoute): number[] {
  const control = 1 - trialShare(route);
  const arms = (route.trial?.arms ?? []).flatMap(({ share, target }) => {
    const place = contenders.findIndex((contender) => isSame(contender.target, target));
    return place < 0 ? [] : [{ place, share: share * factorOf(contenders[place]!) }];
  });
  const total = arms.reduce((sum, { share }) => sum + share, control);
  if (total <= 0) return [...base];
  const mixed = base.map((share) => (share * control) / total);
  for (const { place, share } of arms) mixed[place]! += share / total;
  return mixed;
}

const oneHot = (order: readonly number[]): number[] => {
  const shares = order.map(() => 0);
  if (order.length > 0) shares[order[0]!] = 1;
  return shares;
};

const padded = (shares: readonly number[], length: number): number[] =>
  Array.from({ length }, (_, place) => shares[place] ?? 0);
