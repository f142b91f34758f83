// Waits for a key of the target's provider, where all of them rest for a moment and nobody else could be asked meanwhile.
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { longestQueueMs } from '../../key-queue.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { pause } from './pause.ts';

type Planned = Exchange['plan'][number];

/** Null where there is nothing to wait for. */
export function keyTurn(exchange: Exchange, { provider }: Planned, { watch }: AnswerRooms): Promise<void> | null {
  if (exchange.plan.length > 1 || provider.apiKeys.length < 2) return null;
  return watch.keyQueue.turn(provider.name, {
    mostMs: timeLeft(exchange),
    gone: () => exchange.gone,
    pause: (milliseconds) => pause(exchange, milliseconds),
  });
}

/** Another key than the one that failed is free, or any is in a moment and nobody else could be asked. */
export function anotherKeySoon(exchange: Exchange, { provider }: Planned, { watch }: AnswerRooms): boolean {
  if (watch.otherKeyFree(provider)) return true;
  return exchange.plan.length === 1 && watch.keyQueue.worthWaiting(provider.name, timeLeft(exchange));
}

function timeLeft(exchange: Exchange): number {
  const { deadline } = exchange;
  return deadline === null ? longestQueueMs : deadline - elapsedMs(exchange);
}
