// What goes wrong, when, and how a provider answers while it does.
import { spread } from './simulated-time.ts';

/** One answer as a provider would give it. */
export interface Answer {
  /** Null: no answer, the connection failed after `firstTokenMs`. */
  status: number | null;
  headers: [string, string][];
  firstTokenMs: number;
  totalMs: number;
}

export type Behaviour = (random: () => number) => Answer;

export interface Scenario {
  name: string;
  /** How the first target answers while its fault lasts. */
  faulty: Behaviour;
  /** From and to, in milliseconds after the start; empty: the first target is never faulty, only imperfect. */
  faults: [number, number][];
  /** Share of errors of the first target without a fault. */
  usualErrors: number;
  lengthMs: number;
}

export const otherErrors = 0.002;

const error = (status: number, random: () => number, headers: [string, string][] = []): Answer => {
  const ms = spread(180, 0.4, random);
  return { status, headers, firstTokenMs: ms, totalMs: ms };
};

/** Streams: first token around 400 ms, whole after one to four seconds. */
export function well(random: () => number, errors: number, slower = 1): Answer {
  if (random() < errors) return error(500, random);
  const firstTokenMs = spread(400 * slower, 0.4, random);
  return { status: 200, headers: [], firstTokenMs, totalMs: firstTokenMs + spread(1_500, 0.5, random) };
}

const refused: Behaviour = () => ({ status: null, headers: [], firstTokenMs: 4, totalMs: 4 });

/** Some providers say how long to wait, others do not. */
const limited: Behaviour = (random) => error(429, random, random() < 0.5 ? [['retry-after', '5']] : []);

const minute = 60_000;
const oneFault: [number, number][] = [[minute, 2 * minute]];
const flaps: [number, number][] = [0, 1, 2, 3].map((turn) => [minute + turn * 40_000, minute + turn * 40_000 + 20_000]);

export const scenarios: Scenario[] = [
  {
    name: 'errors-without-streak',
    // Never five in a row: what a breaker for consecutive failures cannot see.
    faulty: withoutStreak(0.3, 5),
    faults: oneFault,
    usualErrors: otherErrors,
    lengthMs: 3 * minute,
  },
  {
    name: 'slow-first-token',
    faulty: (random) => well(random, otherErrors, 5),
    faults: oneFault,
    usualErrors: otherErrors,
    lengthMs: 3 * minute,
  },
  { name: '429-storm', faulty: limited, faults: oneFault, usualErrors: otherErrors, lengthMs: 3 * minute },
  { name: 'hard-outage', faulty: refused, faults: oneFault, usualErrors: otherErrors, lengthMs: 3 * minute },
  { name: 'flapping-20s', faulty: refused, faults: flaps, usualErrors: otherErrors, lengthMs: 5 * minute },
  {
    name: 'healthy-2-percent',
    faulty: (random) => well(random, 0.02),
    faults: [],
    usualErrors: 0.02,
    lengthMs: 30 * minute,
  },
];

function withoutStreak(share: number, streak: number): Behaviour {
  let inARow = 0;
  return (random) => {
    const fails = random() < share && inARow < streak - 1;
    inARow = fails ? inARow + 1 : 0;
    return fails ? error(500, random) : well(random, 0);
  };
}
