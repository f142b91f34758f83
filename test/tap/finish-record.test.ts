import { expect, test } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { ExchangeRecord as Schema } from '../../contract/exchange.ts';
import { createObservation } from '../../proxy/observe/create-observation.ts';
import type { Detector } from '../../proxy/redaction/detector.ts';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { finishRecord } from '../../proxy/tap/finish-record.ts';
import { createRecordMasking } from '../../proxy/tap/record-masking.ts';
import { recordSkeleton } from '../../proxy/tap/record-skeleton.ts';
import type { ExchangeStart } from '../../proxy/tap/recorder.ts';
import { chatAnswer, chatRequest, exchangeEnd, exchangeStart } from '../support/recorded-exchange.ts';

interface Given {
  start?: Partial<ExchangeStart>;
  request?: Buffer;
  answer?: Buffer | null;
  contentType?: string;
  requestCut?: boolean;
  responseCut?: boolean;
  detectors?: Detector[];
}

async function made(given: Given = {}): Promise<ExchangeRecord> {
  const { request = chatRequest('Hello'), answer = chatAnswer('Hi'), contentType = 'application/json' } = given;
  const { requestCut = false, responseCut = false, detectors } = given;
  const start = exchangeStart(given.start);
  const masking = createRecordMasking(createRedactor({ pseudonymKey: Buffer.alloc(32, 1), detectors }));
  masking.begin();
  const skeleton = recordSkeleton({ start, boot: 'testboot01', number: 1, masking });
  const { dialect, operation, provider, priceProvider, requestedModel: model } = start;
  const served = { dialect, provider, priceProvider, model };
  const observation = createObservation({ dialect, operation, contentType, contentEncoding: '', captureBytes: 1e6 });
  if (answer) observation.push(answer, 5);
  const counts = { requestBytes: request.length, responseBytes: answer?.length ?? 0, requestCut, responseCut };
  const record = finishRecord({
    ...{ start, skeleton, served, counts, request, masking, captureBytes: 1e6, prices: createPriceBook() },
    ...{ end: exchangeEnd(), responseHeaders: [['content-type', contentType]] },
    observed: answer ? await observation.finish() : null,
  });
  return Schema.parse(record);
}

const stream = (...events: unknown[]) =>
  Buffer.from(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''));
const delta = (content: string) => ({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: null }] });

test('without an answer nothing is known of usage, cost or finish: null, never 0', async () => {
  const record = await made({ answer: null });
  expect(record).toMatchObject({ usageSource: null, firstTokenMs: null, answer: null, finish: { unified: null } });
  expect(record.usage.total).toBeNull();
  expect(record.pricing).toMatchObject({ costNanos: null, costSource: null });
});

test('an identity that is personal becomes the same pseudonym each time, an ordinary one stays', async () => {
  const attribution = { ...exchangeStart().attribution, user: 'jane.doe@example.com', team: 'search' };
  const [first, second] = [await made({ start: { attribution } }), await made({ start: { attribution } })];
  expect(first.attribution.user).toMatch(/^~[0-9a-f]{16}$/);
  expect(second.attribution.user).toBe(first.attribution.user);
  expect(first.attribution.team).toBe('search');
});

test('a detector that fails costs the content, not the record', async () => {
  const broken: Detector = {
    name: 'broken',
    find() {
      throw new Error('out of order');
    },
  };
  const record = await made({
    detectors: [broken],
    request: chatRequest('card 4111 1111 1111 1111, mail a@b.example'),
  });
  expect(record).toMatchObject({
    redactionFailed: true,
    requestBody: '',
    responseBody: '',
    answer: null,
    requestPreview: '',
  });
  expect(record).toMatchObject({ outcome: 'success', totalMs: 12, usage: { total: 25 } });
});

test('previews are 200 characters of what is left after masking', async () => {
  const record = await made({ request: chatRequest(`jane.doe@example.com ${'word '.repeat(400)}`) });
  expect(record.requestPreview).toHaveLength(200);
  expect(record.requestPreview).toMatch(/^\[EMAIL\] word/);
});

test('counts what was masked over the whole record', async () => {
  const record = await made({
    start: { client: 'a@b.example' },
    request: chatRequest('c@d.example'),
    answer: chatAnswer('e@f.example'),
  });
  expect(record.redactions.email).toBeGreaterThanOrEqual(3);
});

test('a request that was cut gives no estimate: half a prompt is not a count', async () => {
  const record = await made({
    requestCut: true,
    answer: stream(delta('some words here')),
    contentType: 'text/event-stream',
  });
  expect(record).toMatchObject({ outcome: 'truncated', usageSource: null, usage: { total: null } });
});

test('an answer that we cut ourselves is not called truncated', async () => {
  const record = await made({
    responseCut: true,
    answer: stream(delta('some words')),
    contentType: 'text/event-stream',
  });
  expect(record).toMatchObject({ outcome: 'success', responseCut: true, usageSource: null });
});

test('an upload that is no text is counted and not kept', async () => {
  const requestHeaders: [string, string][] = [['content-type', 'multipart/form-data; boundary=x']];
  const record = await made({ start: { requestHeaders }, request: Buffer.from([0, 255, 1, 2]) });
  expect(record).toMatchObject({ requestBytes: 4, requestBody: '', requestCut: false });
});

test('trace ids that are none are left out', async () => {
  const record = await made({ start: { traceId: 'jane.doe@example.com', spanId: 'x' } });
  expect([record.traceId, record.spanId]).toEqual(['', '']);
});

test('a service tier that only the body names is priced as that tier, on the short way round as well', async () => {
  const request = Buffer.from('{"model":"gpt-4o-mini","service_tier":"priority","messages":[]}');
  const record = await made({ start: { passthrough: true, requestedModel: '' }, request });
  expect(record).toMatchObject({ requestedModel: 'gpt-4o-mini', pricing: { costNanos: null, costSource: null } });
  expect((await made({ start: { passthrough: true } })).pricing.costNanos).toBeGreaterThan(0);
});
