// The loop in a simulated world with fixed seeds: what routing by acceptance loses, saves and risks beside the usual
// policies, and whether its statistics say the truth. `--seed N` takes any seed. A figure that falls short is marked.
import { weightsJobMs } from './routing/job-time.ts';
import { offPolicyCheck } from './routing/off-policy-check.ts';
import { peeking } from './routing/peeking.ts';
import { reAskTable } from './routing/re-ask.ts';
import { otherSeedsTable, worldTable } from './routing/standings-table.ts';

export interface RoutingFigures {
  regretStationary: number;
  regretDrift: number;
  floorViolationsStationary: number;
  floorViolationsDrift: number;
  /** Of what the premium model alone would cost, in the stationary world. */
  spendSaved: number;
  outageFirstAttempts: number;
  falsePositives: number;
  reaskF1: number;
}

type Say = (line: string) => void;

export async function routing(say: Say, { seed = 1 }: { seed?: number } = {}): Promise<RoutingFigures> {
  const world = worldTable(seed, say);
  otherSeedsTable(seed, say);
  const figures: RoutingFigures = {
    regretStationary: rounded(world.stationary.regret),
    regretDrift: rounded(world.drift.regret),
    floorViolationsStationary: rounded(world.stationary.floorViolations),
    floorViolationsDrift: rounded(world.drift.floorViolations),
    spendSaved: rounded(world.stationary.spendSaved),
    outageFirstAttempts: rounded(world.outage.firstAttemptFailures),
    falsePositives: rounded(peekingTable(seed, say)),
    reaskF1: rounded(reAskTable(say)),
  };
  const off = offPolicyCheck(300, seed);
  const points = (share: number): string => (share * 100).toFixed(2);
  const size = Math.round(off.effectiveSample);
  say(`  off-policy, 300 logs of effective size ${size}: SNIPS off by ${points(off.meanError)} points on average,`);
  say(
    `    by ${points(off.errorOfMost)} at most in 19 of 20; the sequence held at every look in ${points(off.covered)} %`,
  );
  const jobMs = weightsJobMs();
  const { recovery, aboveFloor } = world.drift;
  gates(say, [
    ['regret, stationary', figures.regretStationary, '<=', 0.16],
    ['regret, drift', figures.regretDrift, '<=', 0.17],
    ['the same, less Thompson’s', figures.regretDrift - world.drift.thompsonRegret, '<=', 0],
    ['floor missed, stationary', figures.floorViolationsStationary, '<=', 0.06],
    ['floor missed, drift', figures.floorViolationsDrift, '<=', 0.08],
    ['premium spend saved', figures.spendSaved, '>=', 0.75],
    ['acceptance above floor', Math.min(world.stationary.aboveFloor, aboveFloor), '>=', 0],
    ['recovery, requests', recovery ?? Number.POSITIVE_INFINITY, '<=', 5_000],
    ['first attempts into outage', figures.outageFirstAttempts, '<=', 0.0015],
    ['false positives', figures.falsePositives, '<=', 0.05],
    ['SNIPS error', off.meanError, '<=', 0.015],
    ['sequence coverage', off.covered, '>=', 0.95],
    ['weights job, ms', jobMs, '<=', 50],
    ['re-ask F1', figures.reaskF1, '>=', 0.8],
  ]);
  return figures;
}

function peekingTable(seed: number, say: Say): number {
  const none = peeking(0, 1_000, seed);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  say('  looked at every 100 of 20 000   announced   by a z-test   truth held   median stop');
  const line = (name: string, { announced, naive, covered, medianStop }: typeof none): void =>
    say(
      `    ${name.padEnd(28)}${percent(announced).padEnd(12)}${percent(naive).padEnd(14)}${percent(covered).padEnd(13)}${medianStop ?? '-'}`,
    );
  line('no difference, 1 000 runs', none);
  for (const lift of [0.03, 0.05]) line(`${lift * 100} points, 200 runs`, peeking(lift, 200, seed));
  return none.announced;
}

type Gate = [name: string, value: number, relation: '<=' | '>=', limit: number];

function gates(say: Say, all: Gate[]): void {
  for (const [name, value, relation, limit] of all) {
    const holds = relation === '<=' ? value <= limit : value >= limit;
    say(`  ${holds ? 'met  ' : 'SHORT'} ${name.padEnd(28)}${Number(value.toFixed(4))} (${relation} ${limit})`);
  }
}

const rounded = (value: number): number => Number(value.toFixed(4));
