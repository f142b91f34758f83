// What a dialect is: data and pure functions over JSON and stream events. It never sees sockets, configuration or config.
import type { Answer, Finish } from '../../contract/answer.ts';
import type { Usage } from '../../contract/usage.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import type { StreamEvent } from '../observe/stream-event.ts';

/** A failure as the client's SDK should understand it. `type` is the SDK's word, such as invalid_request_error. */
export interface SpokenError {
  status: number;
  code: string;
  type: string;
  message: string;
  /** The x-sightline-id of the exchange. */
  exchangeId: string;
}

/** What an answer says, read so far. Null is unknown; `usage` obeys the invariant of contract/usage.ts. */
export interface Reading {
  answer: Answer | null;
  finish: Finish | null;
  usage: Usage;
  responseModel: string;
  responseId: string;
  /** Cost in dollars as the provider itself reports it (OpenRouter), as a decimal string or null. */
  reportedCost: string | null;
  /** The provider's error inside the body or stream, or null. */
  error: { type: string; message: string } | null;
}

/** Reads one answer. Feed either stream events in order, or one whole JSON body. Never throws on odd input. */
export interface AnswerReader {
  /** Returns true when this event carried content (text, reasoning, a tool call): the first one stops the clock. */
  event(event: StreamEvent): boolean;
  whole(json: unknown): void;
  reading(): Reading;
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
}
