// The record of one exchange, as the proxy writes it and the collector stores it: one JSON object, one line.
// Everything in it has been through redaction; strings that nobody said are empty, numbers that nobody knows are null.
import { z } from 'zod';
import { Answer } from './answer.ts';
import { Attempt } from './attempt.ts';
import { Decision } from './decision.ts';
import { Usage } from './usage.ts';
import {
  CacheStatus,
  CaptureMode,
  CostSource,
  DegradedPart,
  DialectName,
  FinishReason,
  Operation,
  Outcome,
  UsageSource,
} from './words.ts';

const milliseconds = z.number().int().nonnegative();
const said = z.string().default('');
const tags = z.record(z.string(), z.string()).default({});

/** Who asked and what for. A key's binding beats what a client claims. */
export const Attribution = z.object({
  tenant: z.string().default('default'),
  team: said,
  app: said,
  environment: said,
  user: said,
  task: said,
  session: said,
  key: said.describe('id of the Sightline key that it came with'),
  tags,
});
export type Attribution = z.infer<typeof Attribution>;

/** How a price was arrived at; enough to do the sum again. */
export const Pricing = z.object({
  costNanos: z.number().int().nonnegative().nullable().describe('nano-dollars (1e-9 USD); null when unpriced'),
  costSource: CostSource.nullable(),
  priceVersion: said.describe('which book and row: `<book>@<version>/<provider>/<model>[#<row date>]`'),
  breakdown: z
    .array(z.object({ bucket: z.string(), tokens: z.number(), nanosPerMillion: z.number(), nanos: z.number() }))
    .default([])
    .describe('one line per priced bucket: tokens × nano-dollars per million tokens = nanos, before rounding'),
  tier: said.describe('the service tier that it was priced in, in the provider’s word; empty: the standard one'),
  counted: z
    .partialRecord(z.enum(['webSearches', 'storageSearches', 'audioSeconds', 'documentPages']), z.number())
    .default({})
    .describe('what is charged one by one beside the tokens'),
});
export type Pricing = z.infer<typeof Pricing>;

/** What was expected before it was sent, so that the guess can be held against what came. */
export const Estimate = z.object({
  inputTokens: z.number().int().nonnegative().nullable().describe('after the ratio learned for this model'),
  countedTokens: z.number().int().nonnegative().nullable().describe('before it: what the ratio is learned from'),
  outputTokens: z.number().int().nonnegative().nullable().describe('the most that may come back'),
  costNanos: z.number().int().nonnegative().nullable().describe('the most that it may cost'),
});
export type Estimate = z.infer<typeof Estimate>;

/** A kept answer to a question that means the same. */
export const NearMatch = z.object({
  similarity: z.number().min(-1).max(1).describe('cosine of the two questions’ vectors'),
  from: said.describe('id of the exchange whose answer it was'),
  same: z.boolean().nullable().describe('whether the fresh answer said the same; null where none was asked for'),
});
export type NearMatch = z.infer<typeof NearMatch>;

/** Where an answer came from the cache, or might have. */
export const CacheUse = z.object({
  status: CacheStatus,
  namespace: said,
  ageMs: milliseconds.nullable().describe('of the answer that was served; null where none was'),
  from: said.describe('id of the exchange whose answer it was'),
  savedNanos: z.number().int().nonnegative().nullable().describe('what that answer had cost'),
  near: NearMatch.optional().describe('left out where no question was found that means the same'),
});
export type CacheUse = z.infer<typeof CacheUse>;

/** One step of the chunk timeline: [milliseconds since start, bytes, events], neighbours merged to stay compact. */
export const TimelineStep = z.tuple([milliseconds, z.number().int(), z.number().int()]);
export type TimelineStep = z.infer<typeof TimelineStep>;

export const ExchangeRecord = z.object({
  kind: z.literal('exchange'),
  id: z.uuid().describe('UUIDv7, the x-sightline-id of the response'),
  boot: z.string().describe('which run of which proxy process'),
  number: z.number().int().positive().describe('1, 2, 3 … within the boot, without gaps'),
  startedAt: z.number().int().describe('epoch milliseconds'),
  attribution: Attribution,
  traceId: said.describe('W3C trace id, 32 hexadecimal digits'),
  spanId: said,

  method: z.string(),
  path: z.string().describe('without query string'),
  dialect: DialectName.describe('the format the client spoke'),
  upstreamDialect: DialectName.nullable()
    .default(null)
    .describe('the format the provider was asked in, where it was another'),
  operation: Operation,
  provider: z.string().describe('who served it'),
  requestedModel: said,
  responseModel: said.describe('the model the provider says it used'),
  responseId: said,
  stream: z.boolean(),
  passthrough: z.boolean().describe('came through /<provider>/*, untouched'),
  client: said.describe('user-agent'),

  outcome: Outcome,
  httpStatus: z.number().int().nullable().describe('what the client saw; null when it saw none'),
  errorCode: said.describe('Sightline’s own code'),
  errorType: said.describe('the provider’s error type or code'),
  errorMessage: said,
  finish: z.object({ unified: FinishReason.nullable(), raw: said }),

  usage: Usage,
  usageSource: UsageSource.nullable(),
  pricing: Pricing,

  totalMs: milliseconds.nullable().describe('request received until the last byte was handed over; null when partial'),
  firstByteMs: milliseconds.nullable(),
  firstTokenMs: milliseconds.nullable().describe('until the first content of a streamed answer'),
  overheadMicros: z.number().int().nonnegative().nullable().describe('our own share before the upstream call left'),
  timeline: z.array(TimelineStep).default([]),
  attempts: z.array(Attempt),
  decision: Decision.nullable().default(null).describe('why it went where it went; null where nothing was to decide'),
  degraded: z.array(DegradedPart).default([]).describe('what was away when it began, so that it went on without'),
  estimate: Estimate.nullable().default(null).describe('null where nothing asked for one'),
  cache: CacheUse.nullable().default(null).describe('null where no cache was asked'),
  policies: z
    .array(z.string())
    .default([])
    .describe('budgets and limits that slowed it or made it cheaper: `name: action`'),
  notes: z.array(z.string()).default([]).describe('what could not be passed on and was left out'),

  capture: CaptureMode,
  requestBytes: z.number().int().nonnegative().nullable(),
  responseBytes: z.number().int().nonnegative().nullable(),
  requestCut: z.boolean().describe('the stored request is shorter than what was sent'),
  responseCut: z.boolean(),
  redactions: z.record(z.string(), z.number().int()).default({}).describe('how many of each kind were masked'),
  redactionFailed: z.boolean().default(false).describe('a detector failed, so the bodies were dropped'),
  requestHeaders: z.record(z.string(), z.string()).default({}),
  responseHeaders: z.record(z.string(), z.string()).default({}),
  requestPreview: said.describe('the last user message, 200 characters'),
  responsePreview: said.describe('the answer, 200 characters'),
  requestBody: said.describe('redacted request as sent, JSON text where it was JSON'),
  responseBody: said.describe('redacted response where it was not a stream'),
  answer: Answer.nullable().describe('the assembled answer; null where the dialect has none'),
});
export type ExchangeRecord = z.infer<typeof ExchangeRecord>;
