// The answers that are kept: in memory first, and in Redis where there is one. Nobody waits for Redis to keep anything, and
// what it does not say in time is not there.
import type { CachePurge } from '../../contract/access/access-document.ts';
import type { TenantKeys } from './cache-keys.ts';
import { type KeptAnswer, openAnswer, sealAnswer } from './kept-answer.ts';
import { AnswerMemory } from './memory.ts';
import { Purges } from './purges.ts';

/** What Redis is asked for; null is no answer in time. */
export interface SharedAnswers {
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Buffer, ttlMs: number): Promise<boolean>;
}

export interface AnswerCacheOptions {
  maxBytes: number;
  shared: SharedAnswers | null;
  /** Epoch milliseconds. */
  clock(): number;
}

export class AnswerCache {
  readonly #options: AnswerCacheOptions;
  readonly #memory: AnswerMemory;
  readonly #purges = new Purges();

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
    this.#memory = new AnswerMemory(options.maxBytes);
  }

  get bytes(): number {
    return this.#memory.bytes;
  }

  get size(): number {
    return this.#memory.size;
  }

  /** What lies in memory and may be served, if only where nobody answers. */
  atHand(name: string): KeptAnswer | null {
    const found = this.#memory.get(name);
    if (found && this.#isOver(found)) {
      this.#memory.delete(name);
      return null;
    }
    return found;
  }

  /** Fresh or stale; asks Redis where memory has nothing fresh. */
  async find(name: string, { seal }: TenantKeys): Promise<KeptAnswer | null> {
    const { shared, clock } = this.#options;
    const found = this.atHand(name);
    if (!shared || (found && found.facts.freshUntil > clock())) return found;
    const sealed = await shared.get(redisName(name));
    const other = sealed && openAnswer(sealed, name, seal);
    const known = this.atHand(name);
    if (!other || this.#isOver(other) || (known && known.facts.storedAt >= other.facts.storedAt)) return known;
    this.#memory.set(name, other);
    return other;
  }

  keep(name: string, answer: KeptAnswer, { seal }: TenantKeys): void {
    const { shared, clock } = this.#options;
    if (this.#isOver(answer)) return;
    this.#memory.set(name, answer);
    void shared?.set(redisName(name), sealAnswer(answer, name, seal), answer.facts.staleUntil - clock());
  }

  /** All purges that are in force. */
  purge(purges: readonly CachePurge[]): void {
    this.#purges.set(purges);
    this.#memory.drop((answer) => this.#isOver(answer));
  }

  #isOver({ facts }: KeptAnswer): boolean {
    return facts.staleUntil <= this.#options.clock() || this.#purges.hit(facts);
  }
}

const redisName = (name: string): string => `sightline:cache:${name}`;
