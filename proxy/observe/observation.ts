// Watches one response from its raw bytes to what it says. Runs in the recording worker, away from the exchange.
import type { TimelineStep } from '../../contract/exchange.ts';
import type { DialectName, Operation } from '../../contract/words.ts';
import type { Reading } from '../dialects/dialect.ts';

export interface ObservationOptions {
  dialect: DialectName;
  operation: Operation;
  /** From the response head. */
  contentType: string;
  contentEncoding: string;
  /** Kept of a body that is not a stream. */
  captureBytes: number;
}

export interface Observed extends Reading {
  /** The body was an event stream. */
  stream: boolean;
  /** A complete answer: a stream that reached its terminal event, or a body that could be read whole. */
  terminal: boolean;
  /** Milliseconds after the exchange started until the first content of a stream; null otherwise. */
  firstTokenMs: number | null;
  timeline: TimelineStep[];
  /** Decoded text of a body that is not a stream, up to captureBytes; null for streams and binary bodies. */
  body: string | null;
  bodyCut: boolean;
  /** Bytes on the wire, before decoding. */
  wireBytes: number;
  /** Why the body could not be decoded (bomb, bad encoding), or empty. */
  decodeProblem: string;
}

export interface Observation {
  /** `atMs`: milliseconds after the exchange started. Never throws. */
  push(bytes: Uint8Array, atMs: number): void;
  finish(): Promise<Observed>;
}
