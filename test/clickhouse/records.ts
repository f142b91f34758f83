// Makes synthetic records and whole segments, valid by the contract, for tests of the store and of ingest.
import { plainAttempt } from '../../contract/attempt.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { GapRecord, SealRecord } from '../../contract/segment.ts';
import { unknownUsage } from '../../contract/usage.ts';

/** 2026-01-01T00:00:00Z, plus 25 seconds per number, so that 100 records span minutes and quarters. */
export const startOf = (number: number): number => 1_767_225_600_000 + number * 25_000;

export const retentionDays = { exchanges: 36_500, bodies: 20_000, rollups: 7_300 };

export const boot = 'bootbootboot';

export const segmentName = (sequence: number, of: string = boot): string =>
  `${of}-${String(sequence).padStart(8, '0')}`;

export function exchange(number: number, changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const provider = ['openai', 'anthropic', 'google'][number % 3]!;
  const model = `${provider}-model-${number % 2}`;
  return {
    kind: 'exchange',
    id: `018f0000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`,
    boot,
    number,
    startedAt: startOf(number),
    attribution: {
      tenant: 'default',
      team: `team-${number % 2}`,
      app: `app-${number % 4}`,
      environment: 'production',
      user: `user-${number % 7}`,
      task: `task-${number % 5}`,
      session: `session-${number % 11}`,
      key: `key_${'abc'[number % 3]?.repeat(12)}`,
      tags: { number: String(number) },
    },
    traceId: number.toString(16).padStart(32, '0'),
    spanId: '',
    method: 'POST',
    path: '/v1/chat/completions',
    dialect: 'openai-chat',
    operation: 'chat',
    provider,
    requestedModel: model,
    responseModel: '',
    responseId: `answer-${number}`,
    stream: true,
    passthrough: false,
    client: 'test',
    outcome: number % 10 === 9 ? 'failed' : 'success',
    httpStatus: number % 10 === 9 ? 500 : 200,
    errorCode: '',
    errorType: '',
    errorMessage: '',
    finish: { unified: 'stop', raw: 'end_turn' },
    usage: { ...unknownUsage, inputUncached: 100 + number, outputText: 20, total: 120 + number, raw: '{"total":1}' },
    usageSource: 'reported',
    pricing: {
      costNanos: number % 6 === 5 ? null : 1_000 * number,
      costSource: 'computed',
      priceVersion: 'b@1',
      breakdown: [],
      tier: number % 7 === 6 ? 'batch' : '',
      counted: {},
    },
    totalMs: 200 + number,
    firstByteMs: 50,
    firstTokenMs: number % 4 === 3 ? null : 60,
    overheadMicros: 300,
    timeline: [
      [60, 12, 1],
      [70, 30, 2],
    ],
    attempts: [attempt(1, provider, model)],
    ...{ upstreamDialect: null, decision: null, notes: [], estimate: null, cache: null, policies: [], degraded: [] },
    capture: 'full',
    requestBytes: 400,
    responseBytes: 800,
    requestCut: false,
    responseCut: false,
    redactions: { email: 1 },
    redactionFailed: false,
    requestHeaders: { 'content-type': 'application/json' },
    responseHeaders: {},
    requestPreview: `question ${number}`,
    responsePreview: `answer ${number}`,
    requestBody: `{"messages":[{"role":"user","content":"question ${number}"}]}`,
    responseBody: '',
    answer: { text: `answer ${number} – ü 漢 👍`, reasoning: '', refusal: '', toolCalls: [], alternatives: [] },
    ...changes,
  };
}

/** One whose cost is beyond what a JavaScript number holds exactly. */
export const exchangeCosting = (number: number, nanos: bigint): ExchangeRecord => {
  const record = exchange(number);
  return { ...record, pricing: { ...record.pricing, costNanos: nanos as unknown as number } };
};

export const attempt = (number: number, provider: string, model: string): ExchangeRecord['attempts'][number] => ({
  number,
  provider,
  model,
  region: '',
  startedAtMs: 1,
  connectMs: null,
  firstByteMs: 40,
  totalMs: 150,
  status: 200,
  outcome: 'success',
  errorCode: '',
  providerRequestId: `request-${number}`,
  ...plainAttempt,
});

export const gap = (count: number): GapRecord => ({
  kind: 'gap',
  boot,
  startedAt: startOf(0),
  until: startOf(1),
  count,
  reason: 'disk_full',
});

export const seal = (sequence: number, records: number, of: string = boot): SealRecord => ({
  kind: 'seal',
  boot: of,
  segment: segmentName(sequence, of),
  sequence,
  startedAt: startOf(records),
  records,
  recovered: false,
  counters: { started: records, complete: records, partial: 0, gap: 0, open: 0 },
});

/** The text of a segment of `count` exchanges numbered from `first`, sealed. */
export function segmentText(
  sequence: number,
  { first = 1, count = 10 }: { first?: number; count?: number } = {},
): string {
  const exchanges = Array.from({ length: count }, (_, index) => exchange(first + index));
  return toLines([...exchanges, seal(sequence, count)]);
}

export const toLines = (records: unknown[]): string =>
  `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
