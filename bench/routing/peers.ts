// The policies that Sightline is measured against. All know costs and the worth of an accepted answer; none of them looks
// at health, floors or change, as is usual. `litellm-like` follows what LiteLLM's adaptive router documents: 0.7 quality and
// 0.3 cheapness, a prior of mass 10 by tier, and no more learning once a cell holds 200.
import type { Contestant, MakeContestant } from './contestant.ts';
import { randomBeta } from './random-beta.ts';
import { tasks, type World } from './world.ts';

export const peers: Record<string, MakeContestant> = {
  uniform: ({ world, random }) => ({ choose: (_, request) => anyOf(world, request, random), hear: () => {} }),
  premium: ({ world }) => ({ choose: () => world.premium, hear: () => {} }),
  // Clairvoyant about the beginning, blind ever after.
  'best at start': ({ world }) => ({ choose: (task) => world.best(task, 0), hear: () => {} }),
  'epsilon-greedy 0.1': ({ world, random }) => {
    const counts = cellsOf(world, () => ({ accepted: 1, rejected: 1 }));
    return counting(counts, (task, request) =>
      random() < 0.1
        ? anyOf(world, request, random)
        : bestBy(world, request, (model) => worth(world, { task, model, request }, meanOf(counts[task]![model]!))),
    );
  },
  'plain thompson': ({ world, random }) => {
    const counts = cellsOf(world, () => ({ accepted: 1, rejected: 1 }));
    return counting(counts, (task, request) =>
      bestBy(world, request, (model) => {
        const { accepted, rejected } = counts[task]![model]!;
        return worth(world, { task, model, request }, randomBeta(accepted, rejected, random));
      }),
    );
  },
  'litellm-like': ({ world, random }) => {
    const tiers = [0.3, 0.5, 0.5, 0.7, 0.7, 0.5];
    const counts = cellsOf(world, (model) => ({ accepted: 10 * tiers[model]!, rejected: 10 * (1 - tiers[model]!) }));
    const contestant = counting(counts, (task, request) => {
      const costs = world.models.map((_, model) => world.costUsd(model, request));
      const [low, high] = [Math.min(...costs), Math.max(...costs)];
      return bestBy(world, request, (model) => {
        const { accepted, rejected } = counts[task]![model]!;
        const cheapness = 1 - (costs[model]! - low) / (high - low);
        return 0.7 * randomBeta(accepted, rejected, random) + 0.3 * cheapness;
      });
    });
    return {
      ...contestant,
      hear(label) {
        const { accepted, rejected } = counts[label.task]![label.model]!;
        if (accepted + rejected + 1 <= 200) contestant.hear(label);
      },
    };
  },
};

interface Counts {
  accepted: number;
  rejected: number;
}

const cellsOf = (world: World, make: (model: number) => Counts): Counts[][] =>
  tasks.map(() => world.models.map((_, model) => make(model)));

const counting = (counts: Counts[][], choose: Contestant['choose']): Contestant => ({
  choose,
  hear({ task, model, value }) {
    counts[task]![model]!.accepted += value;
    counts[task]![model]!.rejected += 1 - value;
  },
});

const meanOf = ({ accepted, rejected }: Counts): number => accepted / (accepted + rejected);

function worth(world: World, at: { task: number; model: number; request: number }, accepted: number): number {
  return tasks[at.task]!.acceptedUsd * accepted - world.costUsd(at.model, at.request);
}

function anyOf(world: World, request: number, random: () => number): number {
  const there = world.models.filter((_, model) => world.exists(model, request)).length;
  return Math.floor(random() * there);
}

function bestBy(world: World, request: number, score: (model: number) => number): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let model = 0; model < world.models.length; model++) {
    if (!world.exists(model, request)) continue;
    const value = score(model);
    if (value > highest) [best, highest] = [model, value];
  }
  return best;
}
