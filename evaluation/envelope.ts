// Whether published weights are within what any version may be: the last look before publishing, and the first of a proxy
// that takes them over. Says what is wrong; an empty list is a document that may be used.
import type { TaskWeights, WeightsDocument } from '../contract/weights.ts';

const rounding = 1e-5;

export function outOfBounds(document: WeightsDocument, previous: WeightsDocument | null): string[] {
  const wrong: string[] = [];
  if (previous && document.sequence <= previous.sequence)
    wrong.push(`version ${document.version} is not newer than ${previous.version}`);
  for (const task of document.tasks) {
    const before = previous?.tasks.find((one) => one.route === task.route && one.task === task.task);
    // An operator who goes back may go all the way at once.
    const problems = taskOutOfBounds(task, document.rollbackOf === '' ? before : undefined);
    wrong.push(...problems.map((problem) => `${task.route} ${task.task}: ${problem}`));
  }
  return wrong;
}

export function taskOutOfBounds(task: TaskWeights, before: TaskWeights | undefined): string[] {
  const wrong: string[] = [];
  const shares = task.targets.map(({ probability }) => probability);
  const names = task.targets.map(({ target }) => target);
  if (shares.length === 0) return ['no target'];
  if (new Set(names).size < names.length) wrong.push('a target is named twice');
  if (shares.some((share) => !Number.isFinite(share) || share < 0 || share > 1)) return [...wrong, 'a share is none'];
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > rounding) wrong.push(`shares add up to ${sum}`);
  if (task.verdict !== 'hold')
    for (const { target, probability, least, most, previous } of task.targets) {
      // What stood below its least before may take several steps to get there.
      if (probability < Math.min(least, previous) - rounding) wrong.push(`${target} has less than ${least}`);
      if (probability > most + rounding) wrong.push(`${target} has more than ${most}`);
    }
  const step = stepBetween(task, before);
  if (step > task.largestStep + rounding) wrong.push(`${step.toFixed(3)} of the traffic moves at once`);
  return wrong;
}

/** Share that moves to targets which grow. What a shut target loses has to go somewhere and is not counted. */
function stepBetween({ targets }: TaskWeights, before: TaskWeights | undefined): number {
  if (!before) return 0;
  const open = targets.filter(({ most }) => most > 0);
  const old = open.map(({ target }) => before.targets.find((one) => one.target === target)?.probability ?? 0);
  const sum = old.reduce((total, share) => total + share, 0);
  if (sum <= 0) return 0;
  return open.reduce((total, { probability }, place) => total + Math.max(0, probability - old[place]! / sum), 0);
}
