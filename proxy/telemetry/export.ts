// Builds the OTLP/HTTP exporters. Endpoints, headers and the rest come from the standard OTEL_EXPORTER_OTLP_* variables,
// which the exporters read themselves.
import type { Tracer } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { FinishedSummary } from '../tap/recorder.ts';
import { durationBounds, metrics, names, operationName, tokenBounds } from './names.ts';

export interface Export {
  tracer: Tracer;
  record(summary: FinishedSummary): void;
  shutdown(): Promise<void>;
}

export function createExport(version: string, metricIntervalMs: number): Export {
  const resource = resourceFromAttributes({ 'service.name': 'sightline-proxy', 'service.version': version });
  const spans = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: metricIntervalMs,
  });
  const meters = new MeterProvider({
    resource,
    readers: [reader],
    views: [bounds('gen_ai.client.operation.*', durationBounds), bounds(metrics.tokenUsage, tokenBounds)],
  });
  const meter = meters.getMeter('sightline');
  const duration = meter.createHistogram(metrics.duration, { unit: 's' });
  const firstChunk = meter.createHistogram(metrics.timeToFirstChunk, { unit: 's' });
  const tokens = meter.createHistogram(metrics.tokenUsage, { unit: '{token}' });
  return {
    tracer: spans.getTracer('sightline', version),
    record(summary) {
      const labels = {
        [names.operation]: operationName(summary.operation),
        [names.provider]: summary.provider,
        [names.requestModel]: summary.requestedModel,
        ...(summary.outcome !== 'success' && { [names.errorType]: summary.outcome }),
      };
      if (summary.totalMs !== null) duration.record(summary.totalMs / 1000, labels);
      if (summary.firstTokenMs !== null) firstChunk.record(summary.firstTokenMs / 1000, labels);
      if (summary.inputTokens !== null) tokens.record(summary.inputTokens, { ...labels, [names.tokenType]: 'input' });
      if (summary.outputTokens !== null)
        tokens.record(summary.outputTokens, { ...labels, [names.tokenType]: 'output' });
    },
    async shutdown() {
      await Promise.allSettled([spans.shutdown(), meters.shutdown()]);
    },
  };
}

const bounds = (instrumentName: string, boundaries: number[]) => ({
  instrumentName,
  aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM as const, options: { boundaries } },
});
