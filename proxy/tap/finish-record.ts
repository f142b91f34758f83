// Turns what was seen of an exchange into its record: outcome, usage, price, and every string through redaction.
import type { PriceBook } from '../../catalog/prices.ts';
import { tierInUsage, tierPaid } from '../../catalog/service-tier.ts';
import type { Attempt } from '../../contract/attempt.ts';
import type { Decision } from '../../contract/decision.ts';
import type { ExchangeRecord, Pricing } from '../../contract/exchange.ts';
import { unknownUsage } from '../../contract/usage.ts';
import type { Outcome } from '../../contract/words.ts';
import type { Observed } from '../observe/observation.ts';
import type { RecordMasking } from './record-masking.ts';
import type { ExchangeEnd, ExchangeStart, Served } from './recorder.ts';
import { type RequestReading, readRequest } from './request-reading.ts';
import { type SettledUsage, settledUsage } from './settled-usage.ts';
import { inputTokens, outputTokens } from './usage-totals.ts';
import type { EndCounts } from './worker-messages.ts';

export interface FinishInput {
  start: ExchangeStart;
  skeleton: ExchangeRecord;
  served: Served;
  end: ExchangeEnd;
  counts: EndCounts;
  /** What was captured of the request. */
  request: Buffer;
  responseHeaders: [string, string][];
  /** Null when no answer came. */
  observed: Observed | null;
  captureBytes: number;
  masking: RecordMasking;
  prices: PriceBook;
}

const errorCharacters = 2000;
const headerCharacters = 200;
const unpriced: Pricing = { costNanos: null, costSource: null, priceVersion: '', breakdown: [], tier: '', counted: {} };

export function finishRecord(input: FinishInput): ExchangeRecord {
  const { start, skeleton, end, observed, masking } = input;
  masking.begin();
  const reading = readRequest(input.request, {
    ...{ dialect: start.dialect, headers: start.requestHeaders, cut: input.counts.requestCut },
  });
  const outcome = outcomeOf(input);
  const settled = usageOf(input, reading, outcome);
  const pricing = priceOf(input, reading, settled);
  // What one target complained of is no error where another went on.
  const error = outcome === 'success' ? null : observed?.error;
  const { text } = masking;
  const record: ExchangeRecord = {
    ...settledEnd(input, outcome),
    requestedModel: skeleton.requestedModel || masking.text(asked(reading, 'model').slice(0, headerCharacters)),
    responseModel: text(observed?.responseModel ?? ''),
    responseId: text(observed?.responseId ?? ''),
    finish: { unified: observed?.finish?.unified ?? null, raw: text(observed?.finish?.raw ?? '') },
    ...settled,
    usage: { ...settled.usage, raw: settled.usage.raw === null ? null : masking.json(settled.usage.raw) },
    pricing,
    attempts: attemptsOf(input, settled, { pricing, outcome }),
    errorType: text(error?.type ?? ''),
    errorMessage: masking.text((end.errorMessage || error?.message || '').slice(0, errorCharacters)),
    responseHeaders: masking.headers(input.responseHeaders),
    ...(start.capture === 'full' ? content(input, reading) : {}),
  };
  return withRedactions(record, skeleton, masking);
}

/** On the short way round nobody looked into the body before it left. */
function asked({ json }: RequestReading, name: 'model' | 'service_tier'): string {
  const value = json !== null && typeof json === 'object' ? (json as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** What the main thread measured, with what the worker knows better. */
function settledEnd(input: FinishInput, outcome: Outcome): ExchangeRecord {
  const { skeleton, served, end, counts, observed, masking } = input;
  return {
    ...skeleton,
    outcome,
    provider: served.provider,
    upstreamDialect: served.dialect === skeleton.dialect ? null : served.dialect,
    stream: skeleton.stream || (observed?.stream ?? false),
    httpStatus: end.httpStatus,
    errorCode: end.errorCode,
    totalMs: whole(end.totalMs),
    firstByteMs: whole(end.firstByteMs),
    firstTokenMs: whole(observed?.firstTokenMs ?? null),
    overheadMicros: whole(end.overheadMicros),
    timeline: observed?.timeline ?? [],
    decision: end.decision && maskedDecision(end.decision, masking),
    notes: end.notes.map((note) => masking.text(note)),
    ...{ estimate: end.estimate, cache: end.cache, policies: end.policies },
    requestBytes: counts.requestBytes,
    responseBytes: counts.responseBytes,
    requestCut: counts.requestCut,
    responseCut: counts.responseCut,
  };
}

/** The attempt that answered used what the exchange used; of the others the main thread has noted what is known. */
function attemptsOf(
  { end, masking }: FinishInput,
  { usage }: SettledUsage,
  { pricing, outcome }: { pricing: Pricing; outcome: Outcome },
): Attempt[] {
  const used = {
    ...{ inputTokens: inputTokens(usage), outputTokens: outputTokens(usage) },
    ...{ costNanos: pricing.costNanos, costSource: pricing.costSource },
  };
  return end.attempts.map((attempt) => ({
    ...attempt,
    ...(attempt.number === end.answeredBy ? { ...used, outcome: worse(attempt.outcome, outcome) } : {}),
    model: masking.text(attempt.model),
    why: masking.text(attempt.why),
    providerRequestId: masking.text(attempt.providerRequestId.slice(0, headerCharacters)),
    startedAtMs: whole(attempt.startedAtMs) ?? 0,
    connectMs: whole(attempt.connectMs),
    firstByteMs: whole(attempt.firstByteMs),
    totalMs: whole(attempt.totalMs) ?? 0,
  }));
}

const worse = (seen: Outcome, read: Outcome): Outcome => (seen === 'success' ? read : seen);

/** Names of models come from clients, too. */
function maskedDecision(decision: Decision, masking: RecordMasking): Decision {
  const candidates = decision.candidates.map((one) => ({
    ...one,
    model: masking.text(one.model),
    detail: masking.text(one.detail),
  }));
  return { ...decision, candidates };
}

/** `success` is only what the head promised; the body may say otherwise, and a stream may have stopped short. */
function outcomeOf({ start, served, end, counts, observed }: FinishInput): Outcome {
  if (end.outcome !== 'success' || !observed) return end.outcome;
  // Somebody else went on where this one broke off.
  if (end.attempts.some(({ kind, outcome }) => kind === 'continuation' && outcome === 'success')) return 'success';
  if (observed.error) return 'failed';
  if (!observed.stream) return 'success';
  // A Realtime session has no end that would have to come.
  const ends = served.dialect !== 'other' && start.operation !== 'realtime';
  const judged = ends && !counts.responseCut && observed.decodeProblem === '';
  return judged && !observed.terminal ? 'truncated' : 'success';
}

function usageOf({ start, counts, observed }: FinishInput, { said }: RequestReading, outcome: Outcome): SettledUsage {
  if (!observed) return { usage: unknownUsage, usageSource: null };
  return settledUsage({
    operation: start.operation,
    observed,
    requestText: () => said()?.all ?? null,
    answerWhole: !counts.responseCut && observed.decodeProblem === '',
    succeeded: outcome === 'success',
  });
}

function priceOf(input: FinishInput, reading: RequestReading, { usage, usageSource }: SettledUsage): Pricing {
  const { start, served, end, observed, prices } = input;
  if (!observed) return unpriced;
  if (end.cache && end.cache.from !== '') return { ...unpriced, costNanos: 0, costSource: 'computed' };
  return prices.price({
    provider: served.priceProvider,
    model: observed.responseModel || served.model,
    usage: usageSource === 'reported' ? (observed.billed ?? usage) : usage,
    usageSource,
    at: start.startedAt,
    tier: tierPaid({
      asked: served.serviceTier || start.serviceTier || asked(reading, 'service_tier'),
      answered: observed.serviceTier || tierInUsage(usage.raw),
    }),
    counted: observed.counted,
    reportedCost: observed.reportedCost,
  });
}

/** Bodies, answer and previews; none of them when a detector failed on any of them. */
function content({ counts, observed, captureBytes, masking }: FinishInput, request: RequestReading) {
  const answer = observed?.answer ?? null;
  const tooLong = answer !== null && answer.text.length > captureBytes;
  const kept = tooLong ? { ...answer, text: answer.text.slice(0, captureBytes) } : answer;
  const cut = tooLong || counts.responseCut || !observed?.terminal;
  const masked = kept && masking.answer(kept, { cut });
  return {
    requestBody: masking.json(request.text, { cut: counts.requestCut }),
    responseBody: masking.json(observed?.body ?? '', { cut: observed?.bodyCut || counts.responseCut }),
    responseCut: tooLong || counts.responseCut || (observed?.bodyCut ?? false),
    requestPreview: masking.preview(request.said()?.lastUser ?? ''),
    responsePreview: masked ? preview(masked.text || masked.refusal || masked.reasoning) : '',
    answer: masked,
  };
}

const preview = (masked: string): string => masked.slice(0, 200).toWellFormed();

function withRedactions(record: ExchangeRecord, skeleton: ExchangeRecord, masking: RecordMasking): ExchangeRecord {
  const redactions = { ...skeleton.redactions };
  for (const [kind, count] of Object.entries(masking.counts())) redactions[kind] = (redactions[kind] ?? 0) + count;
  const redactionFailed = skeleton.redactionFailed || masking.failed();
  const dropped = redactionFailed ? withoutContent : {};
  return { ...record, ...dropped, redactions, redactionFailed };
}

/** What is left of a record's content when it could not be masked. */
export const withoutContent = {
  ...{ requestBody: '', responseBody: '', requestPreview: '', responsePreview: '' },
  answer: null,
} satisfies Partial<ExchangeRecord>;

const whole = (value: number | null): number | null => (value === null ? null : Math.max(0, Math.round(value)));
