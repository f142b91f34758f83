// The record of an exchange as far as it is known when it starts: redacted metadata, every figure unknown. Should the
// proxy die, this is what stands in the books, as `partial`.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { unknownUsage } from '../../contract/usage.ts';
import type { RecordMasking } from './record-masking.ts';
import type { ExchangeStart } from './recorder.ts';

export interface SkeletonOptions {
  start: ExchangeStart;
  boot: string;
  number: number;
  masking: RecordMasking;
}

export function recordSkeleton({ start, boot, number, masking }: SkeletonOptions): ExchangeRecord {
  const { text, identity } = masking;
  const { attribution } = start;
  const tags = Object.entries(attribution.tags).map(([name, value]) => [identity(name), identity(value)]);
  return {
    ...{ kind: 'exchange', id: start.id, boot, number, startedAt: start.startedAt },
    attribution: {
      tenant: identity(attribution.tenant),
      team: identity(attribution.team),
      app: identity(attribution.app),
      environment: identity(attribution.environment),
      user: identity(attribution.user),
      task: identity(attribution.task),
      session: identity(attribution.session),
      key: attribution.key,
      tags: Object.fromEntries(tags),
    },
    // Both come from a header of the client's, so anything but the identifiers themselves stays out.
    traceId: /^[0-9a-f]{32}$/.test(start.traceId) ? start.traceId : '',
    spanId: /^[0-9a-f]{16}$/.test(start.spanId) ? start.spanId : '',
    ...{
      method: text(start.method),
      path: masking.path(start.path),
      dialect: start.dialect,
      upstreamDialect: null,
      operation: start.operation,
    },
    ...{ provider: start.provider, requestedModel: text(start.requestedModel), responseModel: '', responseId: '' },
    ...{ stream: start.stream, passthrough: start.passthrough, client: text(start.client) },
    ...{ outcome: 'partial', httpStatus: null, errorCode: '', errorType: '', errorMessage: '' },
    finish: { unified: null, raw: '' },
    ...{ usage: unknownUsage, usageSource: null },
    pricing: { costNanos: null, costSource: null, priceVersion: '', breakdown: [], tier: '', counted: {} },
    ...{ totalMs: null, firstByteMs: null, firstTokenMs: null, overheadMicros: null, timeline: [], attempts: [] },
    ...{ decision: null, notes: [], estimate: null, cache: null, policies: [], degraded: start.degraded ?? [] },
    ...{ capture: start.capture, requestBytes: null, responseBytes: null, requestCut: false, responseCut: false },
    ...{ redactions: masking.counts(), redactionFailed: masking.failed() },
    ...{ requestHeaders: masking.headers(start.requestHeaders), responseHeaders: {} },
    ...{ requestPreview: '', responsePreview: '', requestBody: '', responseBody: '', answer: null },
  };
}
