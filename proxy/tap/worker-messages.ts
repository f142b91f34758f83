// What the two threads say to each other beside frames. Everything here is rare: once per start, stop, crash or, under
// `strict`, per batch of records on disk.
import type { PublishedBook } from '../../catalog/published-book.ts';
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { PriceOverlay } from '../../contract/prices.ts';
import type { FinishedSummary } from './recorder.ts';

/** workerData. */
export interface WorkerOptions {
  directory: string;
  boot: string;
  recording: RecordingConfiguration;
  pseudonymKey: Uint8Array;
  priceOverlay: PriceOverlay | null;
  priceBook: PublishedBook | null;
  reserveBytes?: number;
  /** Exchanges that had started when an earlier worker of this boot died; null for the first one. */
  startedBefore: number | null;
  status: SharedArrayBuffer;
}

/** To the worker. A Uint8Array holds frames. */
export type ToWorker = Uint8Array | { stop: number } | { summaries: true };

export type FromWorker =
  | { ready: true }
  /** Numbers of exchanges whose records are on disk; under `strict` alone. */
  | { durable: number[] }
  | { summary: FinishedSummary }
  | { events: EventReceipt }
  | { problem: string }
  | { fenced: true }
  | { stopped: true };

/** Ids of events that are on disk, and of those that the disk would not take now. */
export interface EventReceipt {
  written: string[];
  refused: string[];
}

/** What the main thread adds to the facts of an exchange's start and end. */
export interface StartFlags {
  /** The recorder is behind: metadata only. */
  cut: boolean;
}
export interface EndCounts {
  requestBytes: number;
  responseBytes: number;
  /** Bytes were counted and not handed over. */
  requestCut: boolean;
  responseCut: boolean;
}
