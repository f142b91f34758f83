// What a dialect is: data and pure functions over JSON and stream events. It never sees sockets or configuration.
// Two pairs make it speak with the others: requests in and out, answers in and out. All of them go through the neutral form.
import type { Counted } from '../../catalog/counted.ts';
import type { Answer, Finish } from '../../contract/answer.ts';
import type { Usage } from '../../contract/usage.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import type { StreamEvent } from '../observe/stream-event.ts';
import type { EmbeddingsDialect } from './neutral/embeddings.ts';
import type { NeutralError } from './neutral/error.ts';
import type { NeutralEvent } from './neutral/event.ts';
import type { NeutralRequest } from './neutral/request.ts';
import type { TargetFacts, WrittenRequest } from './neutral/target.ts';
import type { AnswerWriter, WriterContext } from './neutral/writer.ts';

/** A failure as the client's SDK should understand it. `type` is the SDK's word, such as invalid_request_error. */
export interface SpokenError {
  status: number;
  code: string;
  type: string;
  message: string;
  /** The x-sightline-id of the exchange. */
  exchangeId: string;
  /** The field of the request that is to blame; left out or '' where none is. */
  field?: string;
  /** The provider's refusal that this hands on; left out where Sightline itself refuses. */
  provider?: NeutralError;
}

/** What an answer says, read so far. Null is unknown; `usage` obeys the invariant of contract/usage.ts. */
export interface Reading {
  answer: Answer | null;
  finish: Finish | null;
  usage: Usage;
  /** The tokens that are paid for, where they are others than those that were used; null: the same. */
  billed: Usage | null;
  responseModel: string;
  responseId: string;
  /** The service tier that it was answered in; left out or '' where the answer says none outside its usage. */
  serviceTier?: string;
  /** Charged one by one beside the tokens, where the usage itself does not say how many. */
  counted?: Counted;
  /** Cost in dollars as the provider itself reports it (OpenRouter), as a decimal string or null. */
  reportedCost: string | null;
  /** The provider's error inside the body or stream, or null. */
  error: { type: string; message: string } | null;
}

/** Reads one answer for the record. Feed either stream events in order, or one whole JSON body. Never throws on odd input. */
export interface AnswerReader {
  /** Returns true when this event carried content (text, reasoning, a tool call): the first one stops the clock. */
  event(event: StreamEvent): boolean;
  whole(json: unknown): void;
  reading(): Reading;
}

/** Reads one answer into the neutral stream. Same rules as AnswerReader, which is made of it (neutral/assembled-reader.ts). */
export interface EventReader {
  event(event: StreamEvent): readonly NeutralEvent[];
  whole(json: unknown): readonly NeutralEvent[];
  /** After the last byte: what was still held back. */
  end(): readonly NeutralEvent[];
}

/** Asking in this dialect, for clients that speak it: requests in, answers out. */
export interface ClientSide {
  /** Throws a RequestProblem that names the field. Never changes `json`. */
  readRequest(json: unknown): NeutralRequest;
  /** Writes one answer, as a stream or whole. */
  answerWriter(context: WriterContext): AnswerWriter;
  /** What the client calls a field of the neutral request, for messages: `choices` is "n" in OpenAI's words. */
  fieldName(field: keyof NeutralRequest): string;
}

/** Answering in this dialect, for providers that speak it: requests out, answers in. */
export interface ProviderSide {
  /** Throws a RequestProblem only for what could never be sent. Never changes `request`. */
  writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest;
  eventReader(): EventReader;
}

export interface Dialect {
  readonly name: DialectName;
  /** A fresh reader for one answer to this operation. */
  reader(operation: Operation): AnswerReader;
  /** True for the event with which a complete stream ends, error events not included. */
  isTerminal(event: StreamEvent): boolean;
  /** The response body of an error, as JSON text. */
  errorBody(error: SpokenError): string;
  /** The same inside a stream that has begun: complete SSE bytes, final blank line included. */
  errorEvent(error: SpokenError): string;
  /** Plain text of the request, for previews and token estimates: the last user message, and all text there is. */
  requestText(json: unknown): { lastUser: string; all: string };
  /** Left out where nothing is ever translated from, or to, this dialect. */
  readonly client?: ClientSide;
  readonly provider?: ProviderSide;
  readonly embeddings?: EmbeddingsDialect;
}
