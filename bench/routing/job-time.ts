// What one weights job costs: new shares for twenty tasks of eight models each, from beliefs of some thousand labels. In CPU
// time, so that what else the machine does is not counted.
import { type Belief, noBelief } from '../../evaluation/belief.ts';
import { soundFooting, type TaskEvidence } from '../../evaluation/evidence.ts';
import { defaultPolicy } from '../../evaluation/policy.ts';
import { proposeWeights } from '../../evaluation/propose-weights.ts';
import { seededRandom } from '../resilience/simulated-time.ts';

const taskCount = 20;
const modelCount = 8;
const rounds = 9;

/** Milliseconds, median. */
export function weightsJobMs(): number {
  const random = seededRandom(3);
  const tasks = Array.from({ length: taskCount }, (_, task) => evidenceOf(task, random));
  const current = { probabilities: {}, baseline: {}, budgetPressure: 0 };
  const policy = { ...defaultPolicy, qualityFloor: 0.8 };
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = process.cpuUsage();
    for (const evidence of tasks) proposeWeights(evidence, current, policy);
    const { user, system } = process.cpuUsage(began);
    took.push((user + system) / 1_000);
  }
  return Number(took.sort((one, other) => one - other)[rounds >> 1]!.toFixed(1));
}

function evidenceOf(task: number, random: () => number): TaskEvidence {
  const targets = Array.from({ length: modelCount }, (_, model) => {
    const labels = 50 + Math.floor(random() * 4_000);
    const accepted = labels * (0.78 + 0.02 * model * random());
    const belief: Belief = { ...noBelief(1), accepted, rejected: labels - accepted };
    return {
      target: `provider/model-${model}`,
      belief,
      cost: { meanNanos: 4e5 * (1 + model), calls: labels },
      ...{ late: { calls: labels, over: labels / 50 }, failures: { calls: labels, over: labels / 100 } },
      ...{ blocked: '', breakerOpen: false, switchNanos: 0 },
    };
  });
  return { route: 'bench', task: `task-${task}`, now: 2, targets, taskLabels: 0, footing: soundFooting };
}
