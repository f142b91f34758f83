// What telemetry is told of a record: names and figures, no content.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { FinishedSummary } from './recorder.ts';
import { cacheWriteTokens, inputTokens, outputTokens } from './usage-totals.ts';

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
    targetModel: targetModelOf(record),
    responseModel: record.responseModel,
    responseId: record.responseId,
    outcome: record.outcome,
    finishReason: record.finish.unified ?? '',
    totalMs: record.totalMs,
    firstTokenMs: record.firstTokenMs,
    inputTokens: inputTokens(usage),
    outputTokens: outputTokens(usage),
    cacheReadTokens: usage.inputCacheRead,
    cacheWriteTokens: cacheWriteTokens(usage),
    reasoningTokens: usage.outputReasoning,
    costNanos: record.pricing.costNanos,
    usageSource: record.usageSource,
  };
}

function targetModelOf({ attempts, provider, requestedModel }: ExchangeRecord): string {
  const there = attempts.filter((attempt) => attempt.provider === provider && attempt.kind !== 'shadow');
  const answered = there.findLast(({ outcome }) => outcome === 'success') ?? there.at(-1);
  return answered?.model || requestedModel;
}
