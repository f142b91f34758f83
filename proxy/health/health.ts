// The health of all targets: told of every attempt's beginning, first token and end, and asked for views by whoever
// decides. Knows of time and chance only what it is handed.
import type { Call, CallInfo, CallResult } from './call.ts';
import { inputSize } from './input-size.ts';
import { LearnedTimes } from './learned-times.ts';
import { type TargetHealth, unknownHealth } from './target-health.ts';
import { type OthersOpinion, refreshMs, TargetTrack, type TrackOptions } from './target-track.ts';
import type { CallKind, TimeLimits } from './time-limits.ts';

export interface HealthOptions {
  /** Milliseconds, never going back. */
  clock: () => number;
  /** Uniform in 0 to 1. */
  random: () => number;
  others?: TrackOptions['others'];
  /** Targets kept; the one called least recently goes first. */
  mostTargets?: number;
}

export interface CallLike extends CallKind {
  model: string;
  inputTokens: number | null;
}

export interface Health {
  /** Hand what it returns to `firstToken` and, in every case, to `ended`. */
  began(key: string, info: CallInfo): Call;
  firstToken(call: Call): void;
  ended(call: Call, result: CallResult): void;
  view(key: string): TargetHealth;
  /** All targets that are known, as they were at most two seconds ago. */
  views(): ReadonlyMap<string, TargetHealth>;
  /** What was seen here of targets called within the last minute, for other proxies. */
  own(): Map<string, OthersOpinion>;
  timeLimits(call: CallLike): TimeLimits;
  /** What hedging waits for; null while too little is known. */
  firstTokenP95Ms(call: CallLike): number | null;
}

const recentMs = 60_000;

export function createHealth({ clock, random, others = () => null, mostTargets = 1_000 }: HealthOptions): Health {
  const tracks = new Map<string, TargetTrack>();
  const times = new LearnedTimes();
  let matrix: { at: number; views: Map<string, TargetHealth> } | null = null;

  function track(key: string): TargetTrack {
    const found = tracks.get(key);
    const one = found ?? new TargetTrack({ key, random, others });
    // Insertion order is the order of last use.
    if (found) tracks.delete(key);
    else makeRoom(tracks, mostTargets);
    tracks.set(key, one);
    return one;
  }

  return {
    began: (key, info) => track(key).began(info, clock()),
    firstToken: (call) => tracks.get(call.key)?.firstToken(call),
    ended(call, result) {
      if (call.ended) return;
      call.ended = true;
      const now = clock();
      tracks.get(call.key)?.ended(call, result, now);
      times.add(call.model, call.size, result, now);
    },
    view(key) {
      const now = clock();
      const known = tracks.get(key);
      if (known) return known.view(now);
      return others(key, now) ? track(key).view(now) : unknownHealth;
    },
    views() {
      const now = clock();
      if (matrix === null || now - matrix.at >= refreshMs) {
        matrix = { at: now, views: new Map([...tracks].map(([key, one]) => [key, one.view(now)])) };
      }
      return matrix.views;
    },
    own() {
      const now = clock();
      const recent = [...tracks.values()].filter((one) => now - one.lastCallAt < recentMs);
      return new Map(recent.map((one) => [one.key, one.own(now)]));
    },
    timeLimits: ({ model, inputTokens, ...kind }) => times.limits(model, inputSize(inputTokens), kind, clock()),
    firstTokenP95Ms: ({ model, inputTokens }) => times.firstTokenP95Ms(model, inputSize(inputTokens), clock()),
  };
}

/** Forgets the target that was used least recently and has no call under way. */
function makeRoom(tracks: Map<string, TargetTrack>, most: number): void {
  if (tracks.size < most) return;
  let oldest: string | undefined;
  for (const [key, { inFlight }] of tracks) {
    oldest ??= key;
    if (inFlight > 0) continue;
    oldest = key;
    break;
  }
  if (oldest !== undefined) tracks.delete(oldest);
}
