// What the pipeline tells about itself while it runs. Without an exporter all of this does nothing but read the trace id
// that the client sent; with one, proxy/telemetry/otel.ts stands behind the same interface.
import type { IncomingMessage } from 'node:http';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { Attempt } from '../../contract/attempt.ts';
import type { Outcome } from '../../contract/words.ts';
import type { ModelRoute } from '../model-routes.ts';
import type { FinishedSummary } from '../tap/recorder.ts';

/** What a span says of an exchange when it ends. */
export interface SpannedExchange {
  id: string;
  route: ModelRoute;
  stream: boolean;
  provider: ResolvedProvider | null;
  outcome: Outcome;
  errorCode: string;
  httpStatus: number | null;
  /** Null when nothing is recorded, so that no summary will come. */
  tap: object | null;
}

export interface AttemptSpan {
  /** Puts the trace context into the flat headers of the call. */
  inject(headers: string[]): void;
  end(attempt: Attempt): void;
}

export interface ExchangeSpan {
  /** 32 and 16 hexadecimal digits; empty when nobody traces. */
  readonly traceId: string;
  readonly spanId: string;
  decided(provider: ResolvedProvider): void;
  attempt(attempt: Attempt, host: string): AttemptSpan;
  end(exchange: SpannedExchange): void;
}

export interface Telemetry {
  begin(request: IncomingMessage, route: ModelRoute): ExchangeSpan;
  /** Usage and cost arrive after the exchange, from the recording worker; null where nobody wants them. */
  readonly finished: ((summary: FinishedSummary) => void) | null;
  shutdown(): Promise<void>;
}

const silentAttempt: AttemptSpan = { inject: () => {}, end: () => {} };

export function createSilentTelemetry(): Telemetry {
  return {
    begin(request) {
      const context = parseTraceparent(request.headers.traceparent);
      return {
        traceId: context?.traceId ?? '',
        spanId: context?.spanId ?? '',
        decided: () => {},
        attempt: () => silentAttempt,
        end: () => {},
      };
    },
    finished: null,
    shutdown: async () => {},
  };
}

export interface TraceContext {
  traceId: string;
  spanId: string;
  flags: number;
}

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** W3C Trace Context, level 1: version-traceid-parentid-flags; all-zero ids are invalid. */
export function parseTraceparent(header: string | string[] | undefined): TraceContext | null {
  const match = typeof header === 'string' ? traceparent.exec(header) : null;
  if (!match || /^0+$/.test(match[1] as string) || /^0+$/.test(match[2] as string)) return null;
  return { traceId: match[1] as string, spanId: match[2] as string, flags: Number.parseInt(match[3] as string, 16) };
}
