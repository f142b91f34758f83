// Finds out who calls: takes the Sightline key out of the request, lets in or refuses, and writes down what the key binds. First
// of all steps, on every way in; where no key exists and the call comes from this machine it costs next to nothing.
import type { IncomingMessage } from 'node:http';
import type { Gate } from '../access/gate.ts';
import { takeKey } from '../access/key-in-request.ts';
import { bound } from '../attribution.ts';
import type { Exchange } from '../exchange.ts';

/** The part of an exchange, on the long way round or the short one, that says who asks. */
export interface Identified extends Pick<Exchange, 'search' | 'admission' | 'attribution' | 'capture'> {
  readonly request: IncomingMessage;
  readonly startedAt: number;
  key: Exchange['key'];
}

/** Throws a ProxyError that says why not. */
export function identify(exchange: Identified, gate: Gate): void {
  const taken = takeKey(exchange.request, exchange.search);
  exchange.search = taken.search;
  exchange.admission = gate.admit(exchange.request, taken, exchange.startedAt);
  const { known } = exchange.admission;
  if (known === null) return;
  exchange.key = known.record;
  exchange.attribution = bound(exchange.attribution, known.record);
  // Whose calls are accounted for cannot leave the books: only the words stay out where the client wishes that.
  if (exchange.capture === 'off') exchange.capture = 'metadata';
}
