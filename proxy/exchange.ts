// One exchange while it runs: what is known so far. Only steps change it; everything else is handed the parts it needs.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Attempt } from '../contract/attempt.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { CaptureMode, Outcome } from '../contract/words.ts';
import type { ErrorCode } from './errors.ts';
import { newExchangeId } from './exchange-id.ts';
import type { ModelRoute } from './model-routes.ts';
import type { ExchangeTap } from './tap/recorder.ts';
import type { ExchangeSpan } from './telemetry/spans.ts';

export interface Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: ModelRoute;
  /** `?…` or empty. */
  readonly search: string;
  /** Epoch milliseconds, and the monotonic clock at the same moment. */
  readonly startedAt: number;
  readonly clock: number;
  readonly span: ExchangeSpan;

  attribution: Attribution;
  capture: CaptureMode;
  /** The request as it came, and as it leaves (the same bytes but for a spliced include_usage). */
  body: Buffer;
  upstreamBody: Buffer;
  requestedModel: string;
  stream: boolean;
  serviceTier: string;
  /** We asked for usage on the client's behalf, so the chunk that carries it must not reach the client. */
  hidesUsage: boolean;
  provider: ResolvedProvider | null;
  /** The client hung up before it had the whole answer. */
  gone: boolean;
  /** Lets go of whatever is under way upstream; set while something is. */
  cancel: (() => void) | null;
  tap: ExchangeTap | null;
  attempts: Attempt[];
  /** Monotonic clock when the request was complete: what passes from here until the call leaves is our own doing. */
  readyAt: number;
  /** The end of an answer of known length, held until the record is settled so that it leaves in one write. */
  lastChunk: Buffer | null;
  overheadMicros: number | null;
  firstByteMs: number | null;
  outcome: Outcome;
  errorCode: ErrorCode | '';
  errorMessage: string;
  httpStatus: number | null;
}

export function createExchange(
  from: Pick<Exchange, 'request' | 'response' | 'route' | 'search' | 'span' | 'attribution' | 'capture'>,
): Exchange {
  const startedAt = Date.now();
  return {
    ...from,
    id: newExchangeId(startedAt),
    startedAt,
    clock: performance.now(),
    body: Buffer.alloc(0),
    upstreamBody: Buffer.alloc(0),
    requestedModel: from.route.model,
    stream: from.route.streams,
    serviceTier: '',
    hidesUsage: false,
    provider: null,
    gone: false,
    cancel: null,
    readyAt: 0,
    lastChunk: null,
    tap: null,
    attempts: [],
    overheadMicros: null,
    firstByteMs: null,
    outcome: 'success',
    errorCode: '',
    errorMessage: '',
    httpStatus: null,
  };
}

/** Whole milliseconds since the exchange started. */
export const elapsedMs = (exchange: Pick<Exchange, 'clock'>): number =>
  Math.max(0, Math.round(performance.now() - exchange.clock));
