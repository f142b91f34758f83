// Writing an answer for a client: neutral events in, bytes of the client's dialect out.
import type { Usage } from '../../../contract/usage.ts';
import type { NeutralEvent } from './event.ts';
import type { NeutralRequest } from './request.ts';

export interface WriterContext {
  /** Of the exchange, for ids that the dialect wants and the provider does not give. */
  exchangeId: string;
  /** Epoch seconds. */
  created: number;
  /** The model asked of the provider; what the provider says it is comes with the `start` event and wins. */
  model: string;
  request: NeutralRequest;
  /** Dollars, or null when nobody knows; goes into the body as `usage.cost`. */
  costOf(usage: Usage, reportedCost: string | null, model: string): number | null;
}

/** Writes either a stream (event … end) or one body (event … whole). Every call id is filled in before it gets here. */
export interface AnswerWriter {
  /** SSE text for this event, whole events alone, '' when there is nothing to say yet. */
  event(event: NeutralEvent): string;
  /** SSE text for the end of a complete stream: finish, usage, and whatever closes it. An `error` event never comes here. */
  end(): string;
  /** The whole answer as JSON, from the events so far. */
  whole(): Record<string, unknown>;
}
