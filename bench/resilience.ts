// What happens to an application's traffic when a provider fails in six ways, on a simulated clock with fixed seeds: the
// proxy's own health, router, classification and budgets decide, and only time and the providers are simulated.
import { decideMicros } from './resilience/decide-cost.ts';
import { failoverTime } from './resilience/failover-time.ts';
import { type Scenario, scenarios } from './resilience/scenarios.ts';
import { type Shape, simulate } from './resilience/simulation.ts';
import type { ScenarioFigures } from './resilience/tally.ts';

const seeds = 40;
/** Five requests a second are the hardest: little is seen in five seconds. */
const shapes: Shape[] = [
  { perSecond: 5, weights: [0.8, 0.2] },
  { perSecond: 5, weights: [0.5, 0.3, 0.2] },
  { perSecond: 20, weights: [0.6, 0.2, 0.2] },
];

export interface ResilienceFigures {
  /** Of each scenario the least favourable traffic, averaged over the seeds; the worst seeds stand in the table. */
  scenarios: Record<string, ScenarioFigures>;
  decideMicros: number;
  /** From the arrival of an upstream's error to the next attempt, against real servers. */
  failoverMs: number;
}

type Figure = keyof ScenarioFigures;
const figures: Figure[] = ['movedWithin5s', 'clientFailures', 'extraAttempts', 'falseEjections'];
/** Of traffic moved less is worse. */
const worseIs: Record<Figure, (values: number[]) => number> = {
  movedWithin5s: (values) => Math.min(...values),
  clientFailures: (values) => Math.max(...values),
  extraAttempts: (values) => Math.max(...values),
  falseEjections: (values) => Math.max(...values),
};

export async function resilience(say: (line: string) => void): Promise<ResilienceFigures> {
  say(`  ${seeds} seeds each: mean (worst seed), in per cent`);
  say(`  ${'scenario'.padEnd(24)}${'traffic'.padEnd(17)}${figures.map((name) => name.padEnd(18)).join('')}`);
  const worst: Record<string, ScenarioFigures> = {};
  for (const scenario of scenarios) {
    const means = shapes.map((shape) => measured(scenario, shape, say));
    worst[scenario.name] = Object.fromEntries(
      figures.map((figure) => [figure, orNull(means, figure, worseIs[figure])]),
    ) as unknown as ScenarioFigures;
  }
  return { scenarios: worst, decideMicros: decideMicros(), failoverMs: await failoverTime() };
}

function measured(scenario: Scenario, shape: Shape, say: (line: string) => void): ScenarioFigures {
  const runs = Array.from({ length: seeds }, (_, seed) => simulate(scenario, shape, seed + 1).figures());
  const traffic = `${shape.perSecond}/s ${shape.weights.map((weight) => weight * 100).join(':')}`;
  const mean: Partial<Record<Figure, number | null>> = {};
  const columns = figures.map((figure) => {
    mean[figure] = orNull(runs, figure, average);
    const worst = orNull(runs, figure, worseIs[figure]);
    return (mean[figure] === null ? '-' : `${percent(mean[figure])} (${percent(worst)})`).padEnd(18);
  });
  say(`  ${scenario.name.padEnd(24)}${traffic.padEnd(17)}${columns.join('')}`);
  return mean as ScenarioFigures;
}

function orNull(runs: ScenarioFigures[], figure: Figure, of: (values: number[]) => number): number | null {
  const values = runs.map((run) => run[figure]).filter((value) => value !== null);
  return values.length === 0 ? null : Number(of(values).toFixed(5));
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value: number | null | undefined): string => ((value ?? 0) * 100).toFixed(2);
