// Who can be asked: a provider and a model there, and a place in a plan with what that place may cost and take.

export interface Target {
  provider: string;
  model: string;
}

/** A target in the order in which it is to be asked. */
export interface PlannedTarget extends Target {
  /** Recheck before asking: more than this is not to be spent here; null: no limit. */
  maxCostUsd: number | null;
  /** Without a first token after this long the next target is asked; null: no limit. */
  timeToFirstTokenMs: number | null;
  from: 'targets' | 'fallback';
  /** To be put into the provider's batch endpoint: the client said it can wait. */
  batch: boolean;
}

/** `provider/model`, the name by which published weights and learned sizes know a target. */
export const nameOf = ({ provider, model }: Target): string => `${provider}/${model}`;

export const isSame = (one: Target, other: Target): boolean =>
  one.model === other.model && one.provider === other.provider;
