// An answer that is at hand, or comes to somebody else just now, in the shape of a call to a provider: what relays answers
// need not know that nobody was asked.
import type { Dispatcher } from 'undici';
import type { FlightFacts } from '../../cache/cache-room.ts';
import type { Follower } from '../../cache/flight.ts';
import type { KeptAnswer } from '../../cache/kept-answer.ts';
import { ProxyError } from '../../errors.ts';
import { UpstreamCall } from '../../upstream/call.ts';

/** All of it has come already. */
export function keptCall({ facts, body }: KeptAnswer): UpstreamCall {
  const call = new UpstreamCall();
  const controller = new GivenController([...headersOf(facts), 'content-length', String(body.length)]);
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200);
  call.onResponseData(controller, body);
  call.onResponseEnd();
  return call;
}

export function followedCall(follower: Follower<FlightFacts>, facts: FlightFacts): UpstreamCall {
  const call = new UpstreamCall();
  const controller = new GivenController(headersOf(facts), follower);
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200);
  follower.attach({
    data(bytes) {
      call.onResponseData(controller, bytes);
      return !controller.paused;
    },
    end: () => call.onResponseEnd(),
    broken: () =>
      call.onResponseError(null, new ProxyError('SIGHTLINE_UPSTREAM_RESET', 'The shared answer broke off.')),
  });
  return call;
}

const headersOf = ({ contentType, headers }: Pick<FlightFacts, 'contentType' | 'headers'>): string[] => [
  ...['content-type', contentType],
  ...headers,
];

class GivenController implements Dispatcher.DispatchController {
  paused = false;
  aborted = false;
  reason: Error | null = null;
  readonly rawHeaders: string[];
  readonly #follower: Follower<FlightFacts> | null;

  constructor(rawHeaders: string[], follower: Follower<FlightFacts> | null = null) {
    this.rawHeaders = rawHeaders;
    this.#follower = follower;
  }

  abort(reason: Error): void {
    this.aborted = true;
    this.reason = reason;
    this.#follower?.leave();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.#follower?.resume();
  }
}
