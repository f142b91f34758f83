// The simulated world under every policy and scenario, as a table; and Sightline again with seeds that nobody looked at.
import type { MakeContestant } from './contestant.ts';
import { peers } from './peers.ts';
import { run } from './run.ts';
import { sightline } from './sightline.ts';
import type { RunFigures } from './tally.ts';
import { type ScenarioName, scenarioNames } from './world.ts';

export interface WorldFigures {
  regret: number;
  floorViolations: number;
  spendSaved: number;
  aboveFloor: number;
  firstAttemptFailures: number;
  recovery: number | null;
}

export interface OwnFigures extends WorldFigures {
  thompsonRegret: number;
}

/** One run says little: what is judged or compared with it is a mean over many. */
const seedsEach = 5;
const seedsJudged = 30;
const otherSeeds = 8;
const judged: ReadonlySet<ScenarioName> = new Set(['stationary', 'drift']);
const contestants: Record<string, MakeContestant> = { ...peers, sightline: (parts) => sightline(parts) };

type Say = (line: string) => void;

export function worldTable(seed: number, say: Say): Record<ScenarioName, OwnFigures> {
  const from = (count: number): number[] => Array.from({ length: count }, (_, at) => seed + at);
  say(
    `  seeds from ${seed}, ${seedsEach} each, ${seedsJudged} for the two that are compared: mean (worst). Regret: 0 the oracle, 1 uniform. Floor: requests answered below it.`,
  );
  const own = {} as Record<ScenarioName, OwnFigures>;
  for (const scenario of scenarioNames) {
    say(`  ${scenario.padEnd(18)}regret          floor            saved   above floor  first into outage  recovery`);
    let thompsonRegret = 1;
    const uniform = from(seedsEach).map((one) => run(scenario, peers.uniform!, one));
    for (const [name, make] of Object.entries(contestants)) {
      const isCompared = name === 'sightline' || name === 'plain thompson';
      const count = isCompared && judged.has(scenario) ? seedsJudged : seedsEach;
      const runs = name === 'uniform' ? uniform : from(count).map((one) => run(scenario, make, one));
      const figures = summary(runs, uniform);
      say(row(name, runs, uniform, scenario));
      if (name === 'sightline') own[scenario] = { ...figures, thompsonRegret };
      if (name === 'plain thompson') thompsonRegret = figures.regret;
    }
  }
  return own;
}

/** Whether the figures are those of the judged seeds alone. */
export function otherSeedsTable(seed: number, say: Say): void {
  const seeds = Array.from({ length: otherSeeds }, (_, at) => seed * 1_000 + 500 + at);
  say(`  ${otherSeeds} other seeds from ${seeds[0]}: mean (worst), and the standard deviation of regret between seeds`);
  for (const scenario of ['stationary', 'drift'] as const) {
    const uniform = seeds.map((one) => run(scenario, peers.uniform!, one));
    for (const name of ['plain thompson', 'sightline'] as const) {
      const runs = seeds.map((one) => run(scenario, contestants[name]!, one));
      const regrets = regretsOf(runs, uniform);
      const mean = average(regrets);
      const deviation = Math.sqrt(average(regrets.map((regret) => (regret - mean) ** 2)));
      say(`${row(`${scenario} ${name}`, runs, uniform, scenario)}  ±${deviation.toFixed(3)}`);
    }
  }
}

function summary(runs: RunFigures[], uniform: RunFigures[]): WorldFigures {
  const recoveries = runs.flatMap(({ recovery }) => (recovery === null ? [] : [recovery]));
  return {
    regret: average(regretsOf(runs, uniform)),
    floorViolations: average(runs.map((one) => one.floorViolations)),
    spendSaved: average(savedOf(runs)),
    aboveFloor: average(runs.map((one) => one.aboveFloor)),
    firstAttemptFailures: average(runs.map((one) => one.firstAttemptFailures)),
    recovery: recoveries.length === runs.length ? average(recoveries) : null,
  };
}

function row(name: string, runs: RunFigures[], uniform: RunFigures[], scenario: ScenarioName): string {
  const { regret, floorViolations, spendSaved, aboveFloor, firstAttemptFailures, recovery } = summary(runs, uniform);
  const worstRegret = Math.max(...regretsOf(runs, uniform));
  const worstFloor = Math.max(...runs.map((one) => one.floorViolations));
  const columns = [
    `${regret.toFixed(3)} (${worstRegret.toFixed(3)})`.padEnd(16),
    `${percent(floorViolations)} (${percent(worstFloor)})`.padEnd(17),
    percent(spendSaved).padEnd(8),
    `${(aboveFloor * 100).toFixed(1)} points`.padEnd(13),
    (scenario === 'outage' ? `${(firstAttemptFailures * 100).toFixed(3)} %` : '').padEnd(19),
    scenario === 'drift' ? recoveryIn(runs, recovery) : '',
  ];
  return `    ${name.padEnd(26)}${columns.join('')}`.trimEnd();
}

function recoveryIn(runs: RunFigures[], mean: number | null): string {
  const worst = Math.max(...runs.map((one) => one.recovery ?? Number.POSITIVE_INFINITY));
  return mean === null ? 'not in every run' : `${Math.round(mean)} (${worst})`;
}

/** Uniform choice loses nearly the same under every seed; its mean is the measure. */
const regretsOf = (runs: RunFigures[], uniform: RunFigures[]): number[] =>
  runs.map(({ regretUsd }) => regretUsd / average(uniform.map((one) => one.regretUsd)));
const savedOf = (runs: RunFigures[]): number[] => runs.map(({ spentUsd, premiumUsd }) => 1 - spentUsd / premiumUsd);
const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
