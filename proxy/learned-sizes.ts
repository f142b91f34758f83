// How long answers to a task get, and how much of a session's prompt a provider still remembers, learned from what was
// recorded. Both are guesses for choosing by, never for billing.
import type { FinishedSummary } from './tap/recorder.ts';

/** A new answer counts for a twentieth. */
const share = 0.05;
/** Providers keep a prompt for five minutes or more after its last use. */
const warmMs = 5 * 60_000;
const mostSizes = 2000;
const mostSessions = 20_000;

interface Warm {
  tokens: number;
  until: number;
}

export class LearnedSizes {
  readonly #clock: () => number;
  readonly #sizes = new Map<string, number>();
  readonly #warm = new Map<string, Warm>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  outputTokens(task: string, provider: string, model: string): number | null {
    return this.#sizes.get(nameOf(task, provider, model)) ?? null;
  }

  warmTokens(session: string, provider: string, model: string): number {
    const warm = session === '' ? undefined : this.#warm.get(nameOf(session, provider, model));
    return warm && warm.until > this.#clock() ? warm.tokens : 0;
  }

  learn({ task, session, provider, targetModel, outputTokens, ...usage }: FinishedSummary): void {
    if (outputTokens !== null) {
      const name = nameOf(task, provider, targetModel);
      const known = this.#sizes.get(name);
      put(this.#sizes, name, known === undefined ? outputTokens : known + share * (outputTokens - known), mostSizes);
    }
    // What was read from the cache or written to it is there now; a provider that says neither promises nothing.
    const tokens = (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0);
    if (session === '' || tokens === 0) return;
    put(this.#warm, nameOf(session, provider, targetModel), { tokens, until: this.#clock() + warmMs }, mostSessions);
  }
}

/** The oldest goes first: a map remembers in which order it was filled. */
function put<Value>(into: Map<string, Value>, name: string, value: Value, most: number): void {
  into.delete(name);
  into.set(name, value);
  if (into.size > most) into.delete(into.keys().next().value as string);
}

const nameOf = (...parts: string[]): string => parts.join('\n');
