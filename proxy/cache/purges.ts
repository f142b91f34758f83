// What must not be served any longer, although it is kept: whatever was stored before somebody said so. Holds for answers in
// memory and in Redis alike, because every answer is held against it before it is served.
import type { CachePurge } from '../../contract/access/access-document.ts';
import type { AnswerFacts } from './kept-answer.ts';

export class Purges {
  #of = new Map<string, CachePurge[]>();

  set(purges: readonly CachePurge[]): void {
    this.#of = Map.groupBy(purges, ({ tenant }) => tenant);
  }

  hit(facts: AnswerFacts): boolean {
    return this.#of.get(facts.tenant)?.some((purge) => isMeant(purge, facts)) ?? false;
  }
}

/** A namespace stands for all that clients have made within it. */
function isMeant({ user, namespace, before }: CachePurge, facts: AnswerFacts): boolean {
  if (facts.storedAt >= before || (user !== '' && user !== facts.user)) return false;
  return namespace === '' || facts.namespace === namespace || facts.namespace.startsWith(`${namespace}/`);
}
