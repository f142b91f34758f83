// Opens the record of the exchange, unless the operator, the route or the client asked for none.
import type { Exchange } from '../exchange.ts';
import { isKeptHeader } from '../redaction/header-masking.ts';
import type { Recorder } from '../tap/recorder.ts';
import { pairs } from '../upstream/headers.ts';

/** Safe to call twice: a refusal may come before the record was opened. */
export function openRecord(exchange: Exchange, recorder: Recorder): void {
  if (exchange.tap || exchange.capture === 'off') return;
  const { request, route, provider, span } = exchange;
  exchange.tap = recorder.open({
    id: exchange.id,
    startedAt: exchange.startedAt,
    attribution: exchange.attribution,
    traceId: span.traceId,
    spanId: span.spanId,
    method: request.method ?? '',
    path: route.tail,
    dialect: route.dialect,
    operation: route.operation,
    provider: provider?.name ?? '',
    priceProvider: provider?.priceProvider ?? '',
    requestedModel: exchange.requestedModel,
    stream: exchange.stream,
    passthrough: false,
    client: request.headers['user-agent'] ?? '',
    capture: exchange.capture,
    requestHeaders: pairs(request.rawHeaders, isKeptHeader),
    serviceTier: exchange.serviceTier,
    degraded: exchange.degraded,
  });
  if (exchange.body.length > 0) exchange.tap.requestBytes(exchange.body);
}
