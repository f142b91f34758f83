// Whether a target can do what is asked. What a request needs excludes only those known to be unable; what the operator
// or the client insists on excludes the unknown, too.
import type { Capability } from '../contract/route-match.ts';
import type { Rules } from './compile-route.ts';
import type { Question, TargetFacts } from './question.ts';

const all: readonly Capability[] = ['tools', 'vision', 'schema', 'audio', 'stream'];

/** A clause about what is missing; null when nothing is. */
export function capabilityMissing(
  known: TargetFacts['capabilities'],
  rules: Rules,
  { needs, wishes }: Pick<Question, 'needs' | 'wishes'>,
): string | null {
  const insists = rules.honoursWishes && wishes?.requireParameters === true;
  for (const capability of all) {
    const able = known[capability] ?? null;
    if (able === true) continue;
    const demanded = rules.capabilities.includes(capability) || (insists && needs[capability]);
    if (demanded) return able === false ? `cannot do ${capability}` : `not known to do ${capability}`;
    if (needs[capability] && able === false) return `cannot do ${capability}`;
  }
  return null;
}
