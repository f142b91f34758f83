// Says what an exchange is expected to take, before it leaves: only where a budget, a limit or a cap wants to know.
import { type CountedTokens, countTokens } from '../../catalog/tokens/count-tokens.ts';
import { isOpenEnded } from '../../catalog/tokens/open-ended.ts';
import type { Exchange } from '../exchange.ts';
import type { PaceDesk } from '../pace-desk.ts';
import { maxOutputTokens } from './decide/max-output-tokens.ts';

export interface WeighRooms {
  paceDesk: PaceDesk;
  /** Whether a budget counts what this caller does. */
  budgeted(exchange: Exchange): boolean;
}

/** Before anybody is chosen: by the name that was asked for. */
export function weigh(exchange: Exchange, { paceDesk, budgeted }: WeighRooms): void {
  const { scan, key, request, body } = exchange;
  if (!scan) return;
  const limited = paceDesk.limits().weighs || (key !== null && key.allowance.tokensPerMinute !== null);
  if (!limited && request.headers['x-sightline-max-cost'] === undefined && !budgeted(exchange)) return;
  const counted = isOpenEnded(scan) ? null : countTokens(body, scan);
  if (counted) paceDesk.counted(exchange.id, counted);
  exchange.estimate = {
    inputTokens: counted && tokensAt({ provider: '', model: exchange.requestedModel }, counted, paceDesk),
    countedTokens: counted?.tokens ?? null,
    outputTokens: maxOutputTokens(exchange),
    costNanos: null,
  };
}

/** Once somebody is chosen: by what that very model made of calls like this one. */
export function weighForTarget({ id, estimate, target }: Exchange, desk: PaceDesk): void {
  const counted = estimate && target && desk.countedOf(id);
  if (counted) estimate.inputTokens = tokensAt({ provider: target.provider.name, model: target.model }, counted, desk);
}

function tokensAt(at: { provider: string; model: string }, counted: CountedTokens, { ratios }: PaceDesk): number {
  return Math.round(counted.tokens * ratios.of(at.provider, at.model, counted).ratio);
}
