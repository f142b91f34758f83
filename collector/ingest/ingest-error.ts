// Why a segment was not taken in. The route that called turns the kind into its answer; the proxy keeps the segment.

/**
 * `busy`: too much waits for ClickHouse already. `too_large`: more than maxSegmentBytes. `disk`: no room for the
 * collector's own copy, or it cannot be written. `broken`: the body ended with an error (cut off, not decodable). `stopping`: shutting down.
 * `name`: not a segment name.
 */
export type IngestErrorKind = 'busy' | 'too_large' | 'disk' | 'broken' | 'stopping' | 'name';

export class IngestError extends Error {
  readonly kind: IngestErrorKind;
  /** When it makes sense to send the same segment again; null when it does not. */
  readonly retryAfterSeconds: number | null;

  constructor(kind: IngestErrorKind, message: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'IngestError';
    this.kind = kind;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
