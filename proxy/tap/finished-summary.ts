// What telemetry is told of a record: names and figures, no content.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { FinishedSummary } from './recorder.ts';

export function summaryOf(record: ExchangeRecord): FinishedSummary {
  const { usage } = record;
  return {
    id: record.id,
    task: record.attribution.task,
    app: record.attribution.app,
    session: record.attribution.session,
    provider: record.provider,
    operation: record.operation,
    requestedModel: record.requestedModel,
    responseModel: record.responseModel,
    responseId: record.responseId,
    outcome: record.outcome,
    finishReason: record.finish.unified ?? '',
    totalMs: record.totalMs,
    firstTokenMs: record.firstTokenMs,
    inputTokens: total(
      usage.inputUncached,
      usage.inputCacheRead,
      usage.inputCacheWrite5m,
      usage.inputCacheWrite1h,
      usage.inputAudio,
      usage.inputImage,
    ),
    outputTokens: total(usage.outputText, usage.outputReasoning, usage.outputAudio, usage.outputImage),
    cacheReadTokens: usage.inputCacheRead,
    cacheWriteTokens: total(usage.inputCacheWrite5m, usage.inputCacheWrite1h),
    reasoningTokens: usage.outputReasoning,
    costNanos: record.pricing.costNanos,
  };
}

/** Of what is known; null when nothing is. */
function total(...parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0);
}
