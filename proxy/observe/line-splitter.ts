// Cuts bytes into lines at LF, CR or CRLF, however they were split on the way. Works on bytes, so a character that arrives in
// two pieces is whole again before anyone decodes it. Holds at most one unfinished line.

const LF = 0x0a;
const CR = 0x0d;
const empty = Buffer.alloc(0);

export class LineSplitter {
  readonly #maximumBytes: number;
  readonly #onLine: (line: Buffer | null) => void;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #oversize = false;
  #skipLf = false;

  /** `onLine` gets each line without its end, valid during the call only; null for one longer than `maximumBytes`. */
  constructor(maximumBytes: number, onLine: (line: Buffer | null) => void) {
    this.#maximumBytes = maximumBytes;
    this.#onLine = onLine;
  }

  /** Bytes of the unfinished line. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(bytes: Uint8Array): void {
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (buffer.length === 0) return;
    let from = this.#skipLf && buffer[0] === LF ? 1 : 0;
    this.#skipLf = false;
    let lf = buffer.indexOf(LF, from);
    let cr = buffer.indexOf(CR, from);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      this.#finishLine(buffer, from, end);
      from = end + 1;
      if (end === cr) {
        if (from === buffer.length) this.#skipLf = true;
        else if (buffer[from] === LF) from++;
        cr = buffer.indexOf(CR, from);
      }
      if (lf !== -1 && lf < from) lf = buffer.indexOf(LF, from);
    }
    if (from < buffer.length) this.#hold(buffer.subarray(from));
  }

  /** The unfinished line, which stays held; null when there is none or it is too long. */
  unfinished(): Buffer | null {
    if (this.#heldBytes === 0 || this.#oversize) return null;
    return this.#joined(empty);
  }

  #finishLine(buffer: Buffer, from: number, end: number): void {
    const tooLong = this.#oversize || this.#heldBytes + end - from > this.#maximumBytes;
    const tail = buffer.subarray(from, end);
    this.#onLine(tooLong ? null : this.#heldBytes === 0 ? tail : this.#joined(tail));
    this.#held = [];
    this.#heldBytes = 0;
    this.#oversize = false;
  }

  #joined(tail: Buffer): Buffer {
    return Buffer.concat([...this.#held, tail], this.#heldBytes + tail.length);
  }

  #hold(rest: Buffer): void {
    this.#heldBytes += rest.length;
    if (this.#heldBytes > this.#maximumBytes) {
      this.#oversize = true;
      this.#held = [];
    }
    // A copy: whoever pushed may use the memory again.
    if (!this.#oversize) this.#held.push(Buffer.from(rest));
  }
}
