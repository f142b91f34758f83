// Settles how much of the exchange is recorded: as its route and the operator have it, and as a client may lower it. What
// somebody counts, a budget or a limit, cannot stay out of the books.
import type { CapturePolicy } from '../capture-policy.ts';
import type { Exchange } from '../exchange.ts';

export interface CaptureRooms {
  captureOf: CapturePolicy;
  /** Whether a budget counts what this caller does. */
  budgeted(exchange: Exchange): boolean;
}

export function chooseCapture(exchange: Exchange, { captureOf, budgeted }: CaptureRooms): void {
  exchange.capture = captureOf(exchange);
  if (exchange.capture === 'off' && (exchange.estimate || budgeted(exchange))) exchange.capture = 'metadata';
}
