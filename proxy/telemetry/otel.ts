// Spans and metrics through OpenTelemetry, exported by OTLP/HTTP. Loaded only where an endpoint is configured.
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Attempt } from '../../contract/attempt.ts';
import type { FinishedSummary } from '../tap/recorder.ts';
import type { Export } from './export.ts';
import { names, operationName } from './names.ts';
import { type ExchangeSpan, parseTraceparent, type SpannedExchange, type Telemetry } from './spans.ts';

/** The call's span stays open until the worker has read usage out of the answer, but no longer than this. */
const longestWaitMs = 10_000;

interface Waiting {
  span: Span;
  endedAt: number;
  timer: NodeJS.Timeout;
}

export function createOtelTelemetry(exporter: Export): Telemetry {
  const waiting = new Map<string, Waiting>();

  const release = (id: string, summary: FinishedSummary | null): void => {
    const entry = waiting.get(id);
    if (!entry) return;
    waiting.delete(id);
    clearTimeout(entry.timer);
    if (summary) describe(entry.span, summary);
    entry.span.end(entry.endedAt);
  };

  return {
    begin(request, route) {
      const parent = remoteContext(request.headers.traceparent);
      const server = exporter.tracer.startSpan(
        `${request.method} ${route.tail}`,
        { kind: SpanKind.SERVER, attributes: { [names.httpMethod]: request.method, [names.path]: route.tail } },
        parent,
      );
      return exchangeSpan(exporter.tracer, server, parent, (exchange, call) => {
        const timer = setTimeout(() => release(exchange.id, null), longestWaitMs).unref();
        waiting.set(exchange.id, { span: call, endedAt: Date.now(), timer });
        if (!exchange.tap) release(exchange.id, null);
      });
    },
    finished(summary) {
      release(summary.id, summary);
      exporter.record(summary);
    },
    async shutdown() {
      for (const id of [...waiting.keys()]) release(id, null);
      await exporter.shutdown();
    },
  };
}

function remoteContext(header: string | string[] | undefined): Context {
  const parsed = parseTraceparent(header);
  if (!parsed) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parsed.traceId,
    spanId: parsed.spanId,
    traceFlags: parsed.flags,
    isRemote: true,
  });
}

function exchangeSpan(
  tracer: Tracer,
  server: Span,
  parent: Context,
  handOver: (exchange: SpannedExchange, call: Span) => void,
): ExchangeSpan {
  const inside = trace.setSpan(parent, server);
  const { traceId, spanId } = server.spanContext();
  let lastCall: Span | null = null;
  return {
    traceId,
    spanId,
    decided(provider) {
      tracer.startSpan('decide', { attributes: { [names.provider]: provider.telemetryName } }, inside).end();
    },
    attempt(attempt, host) {
      const call = tracer.startSpan(
        'attempt',
        { kind: SpanKind.CLIENT, attributes: callAttributes(attempt, host) },
        inside,
      );
      lastCall?.end();
      lastCall = call;
      return {
        inject: (headers) => replaceTraceparent(headers, call),
        end: (ended) => markOutcome(call, ended.outcome, ended.errorCode, ended.status),
      };
    },
    end(exchange) {
      const recording = tracer.startSpan('record', {}, inside);
      markOutcome(server, exchange.outcome, exchange.errorCode, exchange.httpStatus);
      server.setAttribute(names.exchange, exchange.id);
      if (lastCall) {
        lastCall.updateName(operationName(exchange.route.operation));
        lastCall.setAttributes(requestAttributes(exchange));
        handOver(exchange, lastCall);
      }
      recording.end();
      server.end();
    },
  };
}

function callAttributes(attempt: Attempt, host: string): Record<string, string | number> {
  return { [names.serverAddress]: host, [names.attempt]: attempt.number };
}

function requestAttributes(exchange: SpannedExchange): Record<string, string | boolean> {
  return {
    [names.operation]: operationName(exchange.route.operation),
    [names.provider]: exchange.provider?.telemetryName ?? '',
    [names.requestStream]: exchange.stream,
  };
}

/** Whatever an app or a provider has put into words comes from the summary alone, because that has been redacted. */
function describe(span: Span, summary: FinishedSummary): void {
  span.updateName(`${operationName(summary.operation)} ${summary.requestedModel}`.trim());
  span.setAttributes(answerAttributes(summary));
}

/** Attributes without a value are left out: unknown is absent, never 0. */
function answerAttributes(summary: FinishedSummary): Record<string, string | number | string[]> {
  const known: [string, string | number | string[] | null][] = [
    [names.requestModel, summary.requestedModel || null],
    [names.task, summary.task || null],
    [names.app, summary.app || null],
    [names.conversation, summary.session || null],
    [names.responseModel, summary.responseModel || null],
    [names.responseId, summary.responseId || null],
    [names.finishReasons, summary.finishReason ? [summary.finishReason] : null],
    [names.timeToFirstChunk, summary.firstTokenMs === null ? null : summary.firstTokenMs / 1000],
    [names.inputTokens, summary.inputTokens],
    [names.outputTokens, summary.outputTokens],
    [names.cacheReadTokens, summary.cacheReadTokens],
    [names.cacheCreationTokens, summary.cacheWriteTokens],
    [names.reasoningTokens, summary.reasoningTokens],
    [names.costUsd, summary.costNanos === null ? null : summary.costNanos / 1e9],
  ];
  return Object.fromEntries(known.filter((entry): entry is [string, string | number | string[]] => entry[1] !== null));
}

function markOutcome(span: Span, outcome: string, errorCode: string, status: number | null): void {
  span.setAttribute(names.outcome, outcome);
  if (status !== null) span.setAttribute(names.httpStatus, status);
  if (outcome === 'success') return;
  span.setAttribute(names.errorType, errorCode || String(status ?? outcome));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function replaceTraceparent(headers: string[], span: Span): void {
  const { traceId, spanId, traceFlags } = span.spanContext();
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if ((headers[i] as string).toLowerCase() === 'traceparent') headers.splice(i, 2);
  }
  headers.push('traceparent', `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`);
}
