// Keeps callers to their pace, and targets to theirs: who comes a little too early waits a little, and who comes much too
// early is told when to come again. Costs nothing where no limit applies.
import type { Estimate } from '../../contract/exchange.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { type PaceDesk, paceSubject } from '../pace-desk.ts';
import { type PacePart, rulesFor, rulesOfKey } from '../pace-limits/limits-that-apply.ts';
import { paceRefusal } from '../pace-limits/refusal.ts';
import type { Rule, Standing, Taken } from '../pace-limits/rule.ts';

/** The part of an exchange, on the long way round or the short one, that has a pace. */
export interface Paced extends Pick<Exchange, 'id' | 'attribution' | 'key' | 'releases'> {
  readonly cancels: Set<() => void>;
  gone: boolean;
  errorCode: string;
  standings: readonly Standing[];
  policies: string[];
  /** Left out: each call is one, as on the short way round. */
  readonly attempts?: ArrayLike<unknown>;
}

export interface PaceQuestion {
  part: PacePart;
  /** Null: nobody has been chosen. An empty model: nobody knows it. */
  target: { provider: string; model: string } | null;
  estimate: Estimate | null;
}

/** Before anybody is chosen. What costs nobody anything, such as a list of models, has no pace. */
export function paceCaller(exchange: Exchange, desk: PaceDesk): void | Promise<void> {
  if (exchange.request.method !== 'POST') return;
  return pace(exchange, { part: 'callers', target: null, estimate: exchange.estimate }, desk);
}

/** On the short way round the target stands in the path, and what it will take is known when it is over. */
export function pacePassage(
  passage: Paced & { request: { method?: string | undefined }; provider: { name: string }; route: { model: string } },
  desk: PaceDesk,
): void | Promise<void> {
  const { method = 'GET' } = passage.request;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'DELETE') return;
  const target = { provider: passage.provider.name, model: passage.route.model };
  const first = pace(passage, { part: 'callers', target: null, estimate: null }, desk);
  const then = (): void | Promise<void> => pace(passage, { part: 'targets', target, estimate: null }, desk);
  return first ? first.then(then) : then();
}

/** Whoever was chosen has a pace, too. */
export function paceTarget(exchange: Exchange, desk: PaceDesk): void | Promise<void> {
  const { target, estimate } = exchange;
  if (!target || desk.limits().targets.length === 0 || exchange.request.method !== 'POST') return;
  return pace(
    exchange,
    { part: 'targets', target: { provider: target.provider.name, model: target.model }, estimate },
    desk,
  );
}

/** Waits only where somebody has to be asked or the call comes too early; then a ProxyError says why not. */
export function pace(call: Paced, question: PaceQuestion, desk: PaceDesk): void | Promise<void> {
  const rules = rulesOf(call, question, desk);
  if (rules === null) return;
  const { id, key, attribution } = call;
  const flow = key ? `key ${key.id}` : `user ${attribution.user}, app ${attribution.app}`;
  const paced = { id, flow, rules };
  const asked = desk.room.admit(paced, (leave) => {
    call.cancels.add(leave);
    call.policies.push(`${rules[0]?.limit}: waited`);
  });
  const settle = (taken: Taken): void => {
    call.standings = [...call.standings, ...taken.standings];
    if (call.gone) {
      if (taken.admitted) desk.room.giveBack(paced, taken);
      throw new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away while its call waited for its turn.');
    }
    if (!taken.admitted) throw refusal(taken, desk);
    call.releases.add(() => {
      if (call.errorCode === 'SIGHTLINE_RATE_LIMITED') desk.room.giveBack(paced, taken);
      else desk.room.release(paced, taken, call.attempts?.length === 0 ? 'nothing' : 'tokens unknown yet');
    });
  };
  return asked instanceof Promise ? asked.then(settle) : settle(asked);
}

function rulesOf({ key, ...call }: Paced, { part, target, estimate }: PaceQuestion, desk: PaceDesk): Rule[] | null {
  const limits = desk.limits()[part];
  const own = part === 'callers' ? key : null;
  if (limits.length === 0 && own === null) return null;
  const tokens = estimate?.inputTokens == null ? null : estimate.inputTokens + expectedOutput(estimate);
  const ofKey = rulesOfKey(own, tokens);
  const others = limits.length === 0 ? null : rulesFor(limits, paceSubject({ ...call, key }, target), tokens);
  return ofKey && others ? [...ofKey, ...others] : (ofKey ?? others);
}

/** Most answers are shorter than what a request allows; what they are in truth is put right afterwards. */
const usualOutputTokens = 500;
const expectedOutput = ({ outputTokens }: Estimate): number =>
  Math.min(outputTokens ?? usualOutputTokens, usualOutputTokens);

function refusal(taken: Taken, { room }: PaceDesk): ProxyError {
  const retryAfterMs = room.retryAfterMs(taken);
  return new ProxyError('SIGHTLINE_RATE_LIMITED', paceRefusal(taken, retryAfterMs), { retryAfterMs });
}
