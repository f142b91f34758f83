// One run: 60 000 requests of one scenario under one policy. A fifth of the answers is labelled, each after a while; where
// the first attempt meets an outage the premium model answers, and such an answer teaches nobody anything.
import { seededRandom } from '../resilience/simulated-time.ts';
import type { MakeContestant } from './contestant.ts';
import { type RunFigures, Tally } from './tally.ts';
import { createWorld, requests, type ScenarioName, tasks } from './world.ts';

const labelled = 0.2;
const meanDelay = 500;
const updateEvery = 500;

export function run(scenario: ScenarioName, make: MakeContestant, seed: number): RunFigures {
  const world = createWorld(scenario);
  const random = seededRandom(seed * 7_919 + 13);
  const contestant = make({ world, random: seededRandom(seed * 104_729 + 71) });
  const due = new Map<number, Label[]>();
  const tally = new Tally(world);
  for (let request = 0; request < requests; request++) {
    for (const label of due.get(request) ?? []) contestant.hear({ ...label, request });
    due.delete(request);
    if (request > 0 && request % updateEvery === 0) contestant.update?.(request);
    const task = taskOf(random());
    const chosen = contestant.choose(task, request);
    const failed = world.isDown(chosen, request);
    contestant.attempted?.(chosen, request, failed);
    tally.count({ task, chosen, served: failed ? world.premium : chosen, request });
    // The same numbers are drawn for every policy, whatever became of the request.
    const [hasLabel, taste, wait] = [random() < labelled, random(), -meanDelay * Math.log(1 - random())];
    if (!hasLabel || failed) continue;
    const value = taste < world.acceptance(task, chosen, request) ? 1 : 0;
    const at = request + 1 + Math.floor(wait);
    due.set(at, [...(due.get(at) ?? []), { task, model: chosen, value, decided: request }]);
  }
  return tally.figures();
}

interface Label {
  task: number;
  model: number;
  value: number;
  decided: number;
}

function taskOf(uniform: number): number {
  let sum = 0;
  const place = tasks.findIndex(({ mix }) => {
    sum += mix;
    return uniform < sum;
  });
  return Math.max(0, place);
}
