// Why this model, as a sentence: how the first one was chosen, and how it came that another answered, if one did.
import type { Attempt } from '../../contract/attempt.ts';
import type { Candidate, Decision } from '../../contract/decision.ts';
import { courseOf } from './attempts-sentence.ts';

export interface Decided {
  decision: Decision | null;
  attempts: readonly Attempt[];
  requestedModel: string;
}

export function decisionSentence({ decision, attempts, requestedModel }: Decided): string {
  if (!decision) return 'There was nothing to decide: the path named its provider.';
  const chosen = chosenOf(decision);
  if (decision.kind === 'cache') return 'The answer came from the cache; nobody was asked.';
  if (!chosen) return `${nobody(decision, requestedModel)}.`;
  const course = courseOf(
    attempts.filter(({ kind }) => kind !== 'shadow'),
    nameOf(chosen),
  );
  return `${choice(decision, chosen)}${likeness(decision)}${course}.`;
}

export const chosenOf = ({ plan, candidates }: Decision): Candidate | null => candidates[plan[0] ?? -1] ?? null;

const nameOf = ({ provider, model }: Candidate): string => `${provider}/${model}`;

function choice({ route, strategy, kind, candidates }: Decision, chosen: Candidate): string {
  const name = nameOf(chosen);
  if (route === '') {
    const others = candidates.filter(({ excluded }) => excluded !== null).length;
    return others > 0 && kind === 'pinned' ? `No route matched, and ${name} could be asked` : asked(kind, name);
  }
  const trial = strategy === 'canary' || strategy === 'experiment' ? ` in its ${strategy}` : '';
  if (kind === 'sampled') return `Route ${route} drew ${name} with probability ${probability(chosen)}${trial}`;
  if (kind === 'sticky') return `Route ${route} stayed with ${name}, which the same session or user drew before`;
  if (kind === 'cascade') return `Route ${route} began its cascade with ${name}`;
  if (kind === 'failover') return `Route ${route} had no target to ask, so ${name} of its fallback chain came first`;
  if (kind === 'hedge') return `Route ${route} asked ${name} beside another target`;
  if (kind === 'shadow') return `Route ${route} sent a copy to ${name}`;
  return `Route ${route} chose ${name} by its strategy ${strategy}${ranked(strategy, chosen)}`;
}

function asked(kind: Decision['kind'], name: string): string {
  return kind === 'pinned'
    ? `No route matched: ${name} was asked for by its name`
    : `No route matched: ${name} was chosen`;
}

/** What the strategy went by, where it can be said in a word. */
function ranked(strategy: string, { expectedNanos }: Candidate): string {
  if (strategy !== 'cheapest' || expectedNanos === null) return '';
  return ` (about $${Number((expectedNanos / 1e9).toPrecision(2))})`;
}

const likeness = ({ meaning, route }: Decision): string =>
  meaning && meaning.route === route && route !== ''
    ? `, for the prompt is like its examples (${Number(meaning.confidence.toPrecision(2))} sure)`
    : '';

const probability = ({ probability: exact }: Candidate): string => String(Number(exact.toPrecision(2)));

function nobody({ route, candidates }: Decision, requestedModel: string): string {
  const who = route === '' ? `Nobody who serves "${requestedModel}"` : `No target of route ${route}`;
  const why = candidates.map((candidate) => `${nameOf(candidate)}: ${reasonOf(candidate)}`);
  return why.length === 0 ? `${who} is known` : `${who} might answer (${why.join('; ')})`;
}

const reasonOf = ({ excluded, detail }: Candidate): string =>
  [excluded?.replaceAll('_', ' ') ?? 'not asked', detail].filter(Boolean).join(', ');
