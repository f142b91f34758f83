// Who is asked first: what this session or user drew before, else a draw with the recorded probabilities, else the only one
// there is.
import type { DecisionKind } from '../contract/decision.ts';
import type { CompiledRoute } from './compile-route.ts';
import type { Contender } from './contender.ts';
import { drawAlone, drawForUnit } from './draw.ts';
import { factorOf } from './mask.ts';
import type { Question } from './question.ts';
import type { Shares } from './shares.ts';
import type { StickyMemory } from './sticky-memory.ts';
import type { UnitOf } from './unit.ts';

export interface FirstChoice {
  contender: Contender;
  kind: DecisionKind;
  unit: string;
  draw: number | null;
}

export interface Drawing {
  unitOf: UnitOf;
  memory: StickyMemory;
}

/** A target that was drawn before is left when health takes more than half of its traffic away. */
const leastFactorToStay = 0.5;

export function firstChoice(
  contenders: readonly Contender[],
  shares: Shares,
  { route, question, drawing }: { route: CompiledRoute; question: Question; drawing: Drawing },
): FirstChoice {
  const { probabilities } = shares;
  const { unitOf, memory } = drawing;
  const possible = probabilities.reduce((count, probability) => count + (probability > 0 ? 1 : 0), 0);
  const kind = kindOf(shares, possible);
  const unit = shares.draws || possible > 1 ? unitOf(shares.unit, question, shares.salt) : '';
  const minutes = route.configuration?.sticky.minutes ?? 0;
  const until = question.now + minutes * 60_000;

  const remembers = unit !== '' && shares.draws;
  const before = remembers ? remembered(contenders, shares, memory.recall(unit, question.now)) : null;
  if (before) {
    memory.remember(unit, before.target.name, until);
    return { contender: before, kind: 'sticky', unit, draw: null };
  }
  if (possible <= 1) {
    const contender =
      contenders[
        Math.max(
          0,
          probabilities.findIndex((probability) => probability > 0),
        )
      ]!;
    if (remembers) memory.remember(unit, contender.target.name, until);
    return { contender, kind, unit, draw: null };
  }
  const hashes = contenders.map(({ target }) => target.hash);
  const { place, draw } =
    unit === '' ? drawAlone(probabilities, question.random()) : drawForUnit(probabilities, hashes, unit);
  const contender = contenders[place]!;
  if (remembers) memory.remember(unit, contender.target.name, until);
  return { contender, kind, unit, draw };
}

function kindOf({ draws, strategy }: Shares, possible: number): DecisionKind {
  if (strategy === 'cascade') return 'cascade';
  return draws || possible > 1 ? 'sampled' : 'pinned';
}

function remembered(
  contenders: readonly Contender[],
  { probabilities }: Shares,
  name: string | null,
): Contender | null {
  if (name === null) return null;
  const place = contenders.findIndex(({ target }) => target.name === name);
  const contender = contenders[place];
  if (!contender || probabilities[place] === 0) return null;
  return factorOf(contender) >= leastFactorToStay ? contender : null;
}
