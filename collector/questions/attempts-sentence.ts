// What became of the one who was chosen, as the rest of a sentence: "; it failed with 529, so openai/gpt-5.6-luna answered".
import type { Attempt } from '../../contract/attempt.ts';

/** `attempts`: in order, copies left out. `chosen`: who the sentence has just named. Begins with its own comma or semicolon. */
export function courseOf(attempts: readonly Attempt[], chosen: string): string {
  const last = attempts.at(-1);
  if (!last) return '';
  const hedge = attempts.find(({ kind }) => kind === 'hedge');
  if (hedge) return raced(attempts, hedge);
  if (attempts.length === 1 && nameOf(last) === chosen) return alone(last);
  const steps = attempts.slice(0, -1).map((attempt, at) => {
    const subject = at === 0 && nameOf(attempt) === chosen ? 'it' : nameOf(attempt);
    const next = attempts[at + 1]!;
    return `; ${subject} ${endOf(attempt, next)}, so ${sequel(next, nameOf(attempt) === nameOf(next), next === last)}`;
  });
  const first = attempts.length === 1 ? `; ${nameOf(last)} was asked` : '';
  return `${first}${steps.join('')}${ended(last, attempts.length === 1)}`;
}

function alone(attempt: Attempt): string {
  if (attempt.outcome === 'success') return ', and it answered';
  return attempt.outcome === 'aborted' ? '; the client went away' : `; it ${endOf(attempt, null)}`;
}

function raced(attempts: readonly Attempt[], hedge: Attempt): string {
  const winner = attempts.find(({ outcome }) => outcome === 'success');
  const why = hedge.why ? ` (${hedge.why})` : '';
  const both = `; it was slow${why}, so ${nameOf(hedge)} was asked, too`;
  return winner ? `${both}, and ${nameOf(winner)} was first` : `${both}, and neither answered`;
}

function sequel(next: Attempt, isSame: boolean, isLast: boolean): string {
  const name = isSame ? 'it' : nameOf(next);
  if (next.kind === 'continuation') return `${name} went on with the answer`;
  const how = next.kind === 'rotation' ? ' with another key' : isSame ? ' again' : '';
  if (!isLast || next.outcome !== 'success') return `${name} was asked${how}`;
  return isSame ? `it was asked${how} and answered` : `${name} answered${how}`;
}

/** Only what the sequel has not said: it named who answered. */
function ended(last: Attempt, isOnly: boolean): string {
  if (last.outcome === 'success') return isOnly ? ' and answered' : '';
  if (last.outcome === 'aborted') return '; then the client went away';
  return isOnly ? ` and ${endOf(last, null)}` : `; ${nameOf(last)} ${endOf(last, null)}`;
}

function endOf({ outcome, status, errorCode, why }: Attempt, next: Attempt | null): string {
  if (next?.kind === 'cascade') return `gave an answer that was not good enough${why ? ` (${why})` : ''}`;
  if (status !== null && status >= 400) return `failed with ${status}`;
  if (errorCode === 'SIGHTLINE_UPSTREAM_TIMEOUT') return 'did not answer in time';
  if (outcome === 'unreachable') return 'could not be reached';
  if (outcome === 'truncated') return 'broke off';
  if (outcome === 'aborted') return 'was let go';
  if (outcome === 'partial') return 'was cut off by the end of the proxy';
  return why ? `failed (${why})` : 'failed';
}

const nameOf = ({ provider, model }: Attempt): string => (model ? `${provider}/${model}` : provider);
