// What the router is asked, once for every exchange. Whatever it needs to know of the world comes in here: it reads no
// clock, keeps no prices and watches nobody's health.
import type { Capability } from '../contract/route-match.ts';
import type { DialectName, Operation } from '../contract/words.ts';
import type { Target } from './target.ts';
import type { Wishes } from './wishes.ts';

/** The part of a question that a route's conditions look at. Unknown text is ''. */
export interface Subject {
  dialect: DialectName;
  operation: Operation;
  requestedModel: string;
  /** The provider that the client named, as in `mistral/small`. */
  provider: string;
  task: string;
  app: string;
  team: string;
  environment: string;
  user: string;
  session: string;
  /** Id of the client's key, never the key. */
  key: string;
  /** By lower-case name. */
  header(name: string): string | null;
  tags: Readonly<Record<string, string>>;
  /** Estimated; null when the size is unknown. */
  inputTokens: number | null;
  needs: Readonly<Record<Capability, boolean>>;
  sensitivity: string;
  /** Epoch milliseconds. */
  now: number;
  /** What the user wrote last; asked for only where a route has examples. */
  prompt(): string;
  /** What an embeddings endpoint says the prompt is like; left out: the built-in classifier is asked. */
  meaning?: Meaning | null;
}

export interface Question extends Subject {
  maxOutputTokens: number | null;
  /** Chooses among the tiers of a route; '' when the client said nothing. */
  criticality: string;
  /** How long the client can wait, from x-sightline-patience; null: it did not say. */
  patienceMs: number | null;
  /** Null where the client has none. */
  wishes: Wishes | null;
  /** The cheapest that is good enough, whatever the strategy and the client’s wishes say; left out: as they say. */
  thrift?: boolean;
  /** Who serves the requested model by its own name: what is asked where no route matches. */
  direct: readonly Target[];
  /** Uniform in [0, 1). */
  random(): number;
  lookups: Lookups;
}

export interface Meaning {
  /** The route whose examples the prompt is most like; '' when it is like none. */
  route: string;
  confidence: number;
}

/** All are asked for every candidate of every decision: each must be a look-up in memory. */
export interface Lookups {
  facts(target: Target): TargetFacts;
  health(target: Target): TargetHealth | null;
  learnedOutputTokens(task: string, target: Target): number | null;
  weights(route: string, task: string): PublishedWeights | null;
  /** Tokens of this session's prompt that the target still has in its prompt cache; 0 when cold. */
  warm(session: string, target: Target): number;
  /** Whether the client's key may use it; left out: every key may. */
  permits?(target: Target): boolean;
  /** Who serves a model that the client wishes for as a fallback; left out: nobody. */
  resolve?(model: string): readonly Target[];
}

/** What is known of a target. Null is unknown, and '' an unknown region. */
export interface TargetFacts {
  region: string;
  selfHosted: boolean;
  /** What the provider keeps of a call. */
  retention: 'none' | 'any' | null;
  contextWindow: number | null;
  capabilities: Partial<Record<Capability, boolean | null>>;
  inputNanosPerToken: number | null;
  outputNanosPerToken: number | null;
  /** Of a token that is read from the prompt cache. */
  cachedInputNanosPerToken?: number | null;
  hasCredential: boolean;
  speaksBatch: boolean;
}

/** What health knows of a target. */
export interface TargetHealth {
  /** Share of its usual traffic that it should get now, 0 to 1. */
  factor: number;
  /** Chance that the next call succeeds, 0 to 1. */
  success: number | null;
  breaker: 'closed' | 'half-open' | 'open';
  /** Epoch milliseconds; null when not cooling down. */
  coolingUntil: number | null;
  inFlight: number;
  concurrencyLimit: number | null;
  firstTokenP50Ms: number | null;
  firstTokenP95Ms: number | null;
  outputTokensPerSecond?: number | null;
}

/** Weights that evaluation published; a target that is not among them has none. */
export interface PublishedWeights {
  version: string;
  /** By `provider/model`. */
  probabilities: Readonly<Record<string, number>>;
}
