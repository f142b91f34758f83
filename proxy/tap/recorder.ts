// The main thread's side of recording: cheap calls that hand facts and bytes to the recording worker and cannot fail.
// Nothing here waits, throws or does more than copy; everything heavy happens in the worker.
import type { Attempt } from '../../contract/attempt.ts';
import type { Decision } from '../../contract/decision.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { Attribution, CacheUse, Estimate } from '../../contract/exchange.ts';
import type { Counters } from '../../contract/segment.ts';
import type { CaptureMode, DegradedPart, DialectName, Operation, Outcome, UsageSource } from '../../contract/words.ts';

/** Known when the request has been read, before anything goes upstream. */
export interface ExchangeStart {
  id: string;
  /** Epoch milliseconds. */
  startedAt: number;
  attribution: Attribution;
  traceId: string;
  spanId: string;
  method: string;
  path: string;
  dialect: DialectName;
  operation: Operation;
  provider: string;
  /** The provider's id in the price book, and the model as asked for. */
  priceProvider: string;
  requestedModel: string;
  stream: boolean;
  passthrough: boolean;
  client: string;
  capture: CaptureMode;
  /** Name and value, in order; the worker keeps a short list of harmless ones and redacts those. */
  requestHeaders: [string, string][];
  /** OpenAI's service_tier or the like, as asked for; empty when not said. */
  serviceTier: string;
  /** What was away when the exchange began. */
  degraded: DegradedPart[];
}

/** Who answers, where that is known only later than the start, and in which format its bytes are. */
export interface Served {
  dialect: DialectName;
  provider: string;
  priceProvider: string;
  /** The model as asked of that provider. */
  model: string;
  /** Where it is another than the request asked for. */
  serviceTier?: string;
}

export interface ExchangeEnd {
  /** Milliseconds after the start at which the last byte was handed over. */
  totalMs: number;
  firstByteMs: number | null;
  overheadMicros: number | null;
  outcome: Outcome;
  /** What the client saw. */
  httpStatus: number | null;
  errorCode: string;
  errorMessage: string;
  attempts: Attempt[];
  /** Number of the attempt whose answer the client has; null where it has none. */
  answeredBy: number | null;
  decision: Decision | null;
  notes: string[];
  estimate: Estimate | null;
  cache: CacheUse | null;
  policies: string[];
}

/** One open record. Calls after close() are ignored. Byte arrays are copied before the call returns. */
export interface ExchangeTap {
  requestBytes(bytes: Uint8Array): void;
  /** `served`: who answers, and in which format; left out where the start has said it. A later head replaces an earlier one. */
  responseHead(status: number, headers: [string, string][], served?: Served): void;
  /** `atMs`: milliseconds after the exchange started. */
  responseBytes(bytes: Uint8Array, atMs: number): void;
  /** Resolves when the record is on disk under `strict` durability, at once otherwise. Never rejects. */
  close(end: ExchangeEnd): Promise<void>;
}

/** What the worker has learned of an exchange once its record is made, redacted like the record; for telemetry. */
export interface FinishedSummary {
  id: string;
  task: string;
  app: string;
  session: string;
  provider: string;
  operation: Operation;
  requestedModel: string;
  /** As asked of the provider that answered; differs from `requestedModel` where the client asked for an alias. */
  targetModel: string;
  responseModel: string;
  responseId: string;
  outcome: Outcome;
  finishReason: string;
  totalMs: number | null;
  firstTokenMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
  costNanos: number | null;
  usageSource: UsageSource | null;
}

export interface Recorder {
  /** Called for each record made, soon after; without a listener the worker sends nothing. Set before the first open(). */
  onFinished(listener: (summary: FinishedSummary) => void): void;
  readonly boot: string;
  /** False when the disk allowance is used up and the operator asked to refuse what cannot be recorded. */
  admits(): boolean;
  /** What of recording is away: calls go on without it. */
  degraded(): DegradedPart[];
  open(start: ExchangeStart): ExchangeTap;
  /** Writes down what happened beside the exchanges; kept and tried again until it is on disk. Detail is redacted. */
  event(event: NewEvent): void;
  counters(): Counters;
  /** Prometheus text of what recording knows: counters, bytes waiting, segments sent, time of the last delivery. */
  metrics(): Promise<string>;
  /** Seals what is written and waits, at most `timeoutMs`, until the collector has taken it. */
  stop(timeoutMs: number): Promise<void>;
}
