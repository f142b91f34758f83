// What must never happen, whatever the strategy says and however ill the others are. Asked before the first choice and
// again before every attempt. Where a constraint asks for something that is unknown, the answer is no.
import { capabilityMissing } from './capability.ts';
import type { Rules } from './compile-route.ts';
import type { Contender, Exclusion } from './contender.ts';
import type { Question } from './question.ts';
import { namesProvider } from './wishes.ts';

type Constraint = (contender: Contender, rules: Rules, question: Question) => Exclusion | null;
type Shown = Pick<Contender, 'target' | 'facts'>;

/** In this order, so that the most telling reason is the one that is recorded. */
const constraints: readonly Constraint[] = [
  keyPolicy,
  credential,
  place,
  retention,
  capability,
  contextWindow,
  wishedProviders,
  price,
  wishedPrice,
  weight,
];

export function constraintAgainst(contender: Contender, rules: Rules, question: Question): Exclusion | null {
  for (const against of constraints) {
    const exclusion = against(contender, rules, question);
    if (exclusion) return exclusion;
  }
  return null;
}

/** Whether this target may see the request at all, whatever it is to do with it. */
export function maySee(shown: Shown, rules: Rules, question: Question): boolean {
  return [keyPolicy, place, retention, wishedProviders].every((against) => against(shown, rules, question) === null);
}

function keyPolicy({ target }: Shown, _rules: Rules, { lookups, key }: Question): Exclusion | null {
  if (!lookups.permits || lookups.permits(target)) return null;
  return { reason: 'key_policy', detail: `key ${key || 'of the client'} may not use ${target.name}` };
}

function credential({ target, facts }: Contender): Exclusion | null {
  return facts.hasCredential ? null : { reason: 'no_credential', detail: `no key for ${target.provider}` };
}

function place({ facts }: Shown, rules: Rules, { sensitivity }: Question): Exclusion | null {
  const keptHome = rules.selfHostedOnly || rules.selfHostedFor.has(sensitivity);
  if (keptHome && !facts.selfHosted) {
    const why = rules.selfHostedOnly ? 'the route keeps everything' : `${sensitivity || 'unclassified'} requests stay`;
    return { reason: 'self_hosted_only', detail: `${why} on self-hosted targets` };
  }
  if (rules.residency && !rules.residency(facts.region))
    return { reason: 'residency', detail: `region ${facts.region || 'unknown'}, allowed ${rules.residencyText}` };
  return null;
}

function retention({ facts }: Shown, rules: Rules, { wishes }: Question): Exclusion | null {
  const asked = rules.retainsNothing || (rules.honoursWishes && wishes?.retention === 'none');
  if (!asked || facts.retention === 'none') return null;
  return { reason: 'retention', detail: facts.retention === 'any' ? 'keeps calls' : 'not known to keep nothing' };
}

function capability({ facts }: Contender, rules: Rules, question: Question): Exclusion | null {
  const missing = capabilityMissing(facts.capabilities, rules, question);
  return missing === null ? null : { reason: 'capability', detail: missing };
}

function contextWindow({ facts }: Contender, _rules: Rules, question: Question): Exclusion | null {
  const { inputTokens, maxOutputTokens } = question;
  if (facts.contextWindow === null || inputTokens === null) return null;
  const needed = inputTokens + (maxOutputTokens ?? 0);
  if (needed <= facts.contextWindow) return null;
  return { reason: 'context_window', detail: `${needed} tokens needed, ${facts.contextWindow} there` };
}

function wishedProviders({ target }: Shown, rules: Rules, { wishes }: Question): Exclusion | null {
  if (!wishes || !rules.honoursWishes) return null;
  const named = (list: readonly string[]): boolean => list.some((wish) => namesProvider(wish, target.provider));
  if (wishes.only.length > 0 && !named(wishes.only))
    return { reason: 'request_policy', detail: `the client allows only ${wishes.only.join(', ')}` };
  if (named(wishes.ignore)) return { reason: 'request_policy', detail: `the client ignores ${target.provider}` };
  return null;
}

function price({ target, expectedNanos }: Contender, rules: Rules): Exclusion | null {
  const cap = Math.min(target.maxCostNanos ?? Number.POSITIVE_INFINITY, rules.maxCostNanos);
  return cap === Number.POSITIVE_INFINITY ? null : capped(expectedNanos, cap);
}

function wishedPrice({ facts, expectedNanos }: Contender, rules: Rules, { wishes }: Question): Exclusion | null {
  if (!wishes || !rules.honoursWishes) return null;
  const { maxInputNanosPerToken, maxOutputNanosPerToken, maxRequestNanos } = wishes;
  return (
    capped(facts.inputNanosPerToken, maxInputNanosPerToken) ??
    capped(facts.outputNanosPerToken, maxOutputNanosPerToken) ??
    capped(expectedNanos, maxRequestNanos)
  );
}

function capped(nanos: number | null, cap: number | null): Exclusion | null {
  if (cap === null || (nanos !== null && nanos <= cap)) return null;
  const found = nanos === null ? 'no price known' : `${dollars(nanos)} expected`;
  return { reason: 'price_cap', detail: `${found}, at most ${dollars(cap)} allowed` };
}

function weight({ target }: Contender, rules: Rules): Exclusion | null {
  if (!rules.weighs || target.from !== 'targets' || target.trialOnly || target.weight !== 0) return null;
  return { reason: 'zero_weight', detail: 'its weight is 0' };
}

const dollars = (nanos: number): string => `$${Number((nanos / 1e9).toPrecision(3))}`;
