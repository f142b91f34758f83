// The one error of this room. Whoever catches it drops the body and keeps the metadata: nothing goes on in clear.

export class RedactionFailed extends Error {
  constructor(part: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.name : typeof cause;
    // The cause's message may quote the text that was being read, so it stays out of ours.
    super(
      `Expected ${part} to be redacted, found a detector that failed (${reason}). Drop the text, keep the metadata.`,
    );
    this.name = 'RedactionFailed';
  }
}
