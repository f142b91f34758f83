// Sightline in the simulated world: its own beliefs, proposals and envelope, and where providers fail the proxy's own health.
// Weights are published every 500 requests (300 s); between that the proxy only draws. A hold-out stays with equal shares.
import type { TaskWeights } from '../../contract/weights.ts';
import { type Belief, learn, noBelief } from '../../evaluation/belief.ts';
import { taskOutOfBounds } from '../../evaluation/envelope.ts';
import { soundFooting, type TaskEvidence } from '../../evaluation/evidence.ts';
import { defaultPolicy, type WeightPolicy } from '../../evaluation/policy.ts';
import { proposeWeights } from '../../evaluation/propose-weights.ts';
import { createHealth } from '../../proxy/health/health.ts';
import type { Contestant, ContestantParts } from './contestant.ts';
import { tasks, type World } from './world.ts';

export const requestMs = 600;
const start = 1_800_000_000_000;
const timeOf = (request: number): number => start + request * requestMs;

export function sightline({ world, random }: ContestantParts, changes: Partial<WeightPolicy> = {}): Contestant {
  const loops = tasks.map((task) => {
    const { qualityFloor, acceptedUsd } = task;
    return new TaskLoop(
      world,
      { ...defaultPolicy, attributionMs: 0, qualityFloor, acceptedUsd, ...changes },
      task.name,
    );
  });
  const seesHealth = world.scenario === 'outage';
  let now = start;
  const health = createHealth({ clock: () => now, random });
  return {
    choose(task, request) {
      now = timeOf(request);
      const shares = loops[task]!.shares(request, random);
      return draw(seesHealth ? shares.map((share, model) => share * health.view(keyOf(model)).factor) : shares, random);
    },
    attempted(model, request, failed) {
      if (!seesHealth) return;
      now = timeOf(request);
      const call = health.began(keyOf(model), {
        model: keyOf(model),
        inputTokens: 900,
        stream: true,
        firstTokenLimitMs: 30_000,
      });
      if (!failed) health.firstToken(call);
      health.ended(call, failed ? { ...wentWell, verdict: 'failure', firstTokenMs: null } : wentWell);
    },
    hear: ({ task, model, value, request }) => loops[task]!.hear(model, value, timeOf(request)),
    update(request) {
      now = timeOf(request);
      const isDown = (model: number): boolean => seesHealth && health.view(keyOf(model)).breaker === 'open';
      for (const loop of loops) loop.update(request, isDown);
    },
  };
}

const keyOf = (model: number): string => `model-${model}`;
const wentWell = {
  verdict: 'success' as const,
  firstTokenMs: 400 as number | null,
  totalMs: 2_000,
  longestGapMs: 80,
  outputTokens: 120,
  rateLimit: { headroom: 0.8, resetAt: null, retryAfterMs: null },
};

class TaskLoop {
  readonly #beliefs: Belief[];
  readonly #world: World;
  readonly #policy: WeightPolicy;
  readonly #task: string;
  #taskLabels = 0;
  #current: TaskWeights | null = null;

  constructor(world: World, policy: WeightPolicy, task: string) {
    this.#world = world;
    this.#policy = policy;
    this.#task = task;
    this.#beliefs = world.models.map(() => noBelief(start));
  }

  hear(model: number, value: number, at: number): void {
    this.#taskLabels += 1;
    learn(this.#beliefs[model]!, { at, value, weight: 1, source: 'explicit' }, this.#taskLabels, this.#policy);
  }

  shares(request: number, random: () => number): number[] {
    const even = this.#world.models.map((_, model) => (this.#world.exists(model, request) ? 1 : 0));
    if (!this.#current || random() < this.#policy.holdoutShare) return even;
    const { targets } = this.#current;
    return even.map((_, model) => targets[model]?.probability ?? 0);
  }

  update(request: number, isDown: (model: number) => boolean): void {
    const models = this.#world.models.flatMap((_, model) => (this.#world.exists(model, request) ? [model] : []));
    const targets: TaskEvidence['targets'] = models.map((model) => ({
      target: keyOf(model),
      belief: this.#beliefs[model]!,
      cost: { meanNanos: this.#world.costUsd(model, request) * 1e9, calls: 1_000 },
      ...{ late: null, failures: { calls: 0, over: 0 }, blocked: '', breakerOpen: isDown(model), switchNanos: 0 },
    }));
    const before = this.#current?.targets ?? [];
    const current = {
      probabilities: Object.fromEntries(before.map(({ target, probability }) => [target, probability])),
      baseline: Object.fromEntries(models.map((model) => [keyOf(model), 1 / models.length])),
      budgetPressure: 0,
    };
    const evidence = { route: 'bench', task: this.#task, now: timeOf(request), targets, taskLabels: this.#taskLabels };
    const next = proposeWeights({ ...evidence, footing: soundFooting }, current, this.#policy);
    const wrong = taskOutOfBounds(next, this.#current ?? undefined);
    if (wrong.length > 0) throw new Error(`Weights left their envelope: ${wrong.join('; ')}`);
    this.#current = next;
  }
}

function draw(shares: readonly number[], random: () => number): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  let left = random() * sum;
  for (const [model, share] of shares.entries()) {
    left -= share;
    if (left < 0) return model;
  }
  return shares.findLastIndex((share) => share > 0);
}
