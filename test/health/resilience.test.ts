// The simulated scenarios of `npm run bench -- resilience` with few seeds: what no change may lose unnoticed.
import { describe, expect, it } from 'vitest';
import { type Scenario, scenarios } from '../../bench/resilience/scenarios.ts';
import { type Shape, simulate } from '../../bench/resilience/simulation.ts';
import type { ScenarioFigures } from '../../bench/resilience/tally.ts';

const seeds = [1, 2, 3, 4, 5, 6];
const shape: Shape = { perSecond: 10, weights: [0.6, 0.3, 0.1] };

function mean(scenario: Scenario, figure: keyof ScenarioFigures): number {
  const values = seeds.map((seed) => simulate(scenario, shape, seed).figures()[figure] ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const faults = scenarios
  .filter(({ faults }) => faults.length > 0)
  .map((scenario) => [scenario.name, scenario] as const);
const healthy = scenarios.find(({ faults }) => faults.length === 0)!;

describe.each(faults)('in the scenario %s', (_, scenario) => {
  it('nine tenths of the traffic have moved within five seconds', () => {
    expect(mean(scenario, 'movedWithin5s')).toBeGreaterThan(0.9);
  });

  it('fewer than one in a thousand failures reach a client, for less than a tenth more attempts', () => {
    expect(mean(scenario, 'clientFailures')).toBeLessThan(0.001);
    expect(mean(scenario, 'extraAttempts')).toBeLessThan(0.1);
  });

  it('nobody healthy is shut out', () => {
    expect(mean(scenario, 'falseEjections')).toBeLessThan(0.005);
  });
});

it('a provider with 2 % errors keeps its traffic', () => {
  expect(mean(healthy, 'falseEjections')).toBeLessThan(0.005);
});

it('the same seed gives the same figures', () => {
  const [, scenario] = faults[0]!;
  expect(simulate(scenario, shape, 7).figures()).toEqual(simulate(scenario, shape, 7).figures());
});
