// A record line that fits the contract, for tests that write and read segments without a proxy.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { unknownUsage } from '../../contract/usage.ts';

export function exchangeLine(
  given: Pick<ExchangeRecord, 'boot' | 'number' | 'outcome'> & Partial<ExchangeRecord>,
): string {
  const record: ExchangeRecord = {
    ...{ kind: 'exchange', id: exchangeId(given.number), startedAt: 1_700_000_000_000 + given.number },
    attribution: {
      ...{ tenant: 'default', team: '', app: '', environment: '', user: '', task: '', session: '', key: '', tags: {} },
    },
    ...{
      traceId: '',
      spanId: '',
      method: 'POST',
      path: '/v1/chat/completions',
      dialect: 'openai-chat',
      operation: 'chat',
    },
    ...{
      provider: 'openai',
      requestedModel: 'm',
      responseModel: '',
      responseId: '',
      stream: false,
      passthrough: false,
    },
    ...{ client: '', httpStatus: null, errorCode: '', errorType: '', errorMessage: '' },
    ...{ finish: { unified: null, raw: '' }, usage: unknownUsage, usageSource: null },
    pricing: { costNanos: null, costSource: null, priceVersion: '', breakdown: [], tier: '', counted: {} },
    ...{ totalMs: null, firstByteMs: null, firstTokenMs: null, overheadMicros: null, timeline: [], attempts: [] },
    ...{ upstreamDialect: null, decision: null, notes: [], estimate: null, cache: null, policies: [], degraded: [] },
    ...{ capture: 'full', requestBytes: null, responseBytes: null, requestCut: false, responseCut: false },
    ...{ redactions: {}, redactionFailed: false, requestHeaders: {}, responseHeaders: {} },
    ...{ requestPreview: '', responsePreview: '', requestBody: '', responseBody: '', answer: null },
    ...given,
  };
  return JSON.stringify(record);
}

export const exchangeId = (number: number): string =>
  `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
