// Cuts a stream of server-sent events behind its events, so that none leaves before it is whole.

/** Where an event is longer than this, what there is of it passes. */
const mostHeldBytes = 1024 * 1024;
const blankLines = ['\n\n', '\n\r\n', '\r\r'];

export class WholeEvents {
  #held: Buffer = Buffer.alloc(0);

  /** The events that are now whole, each with its blank line. */
  push(bytes: Buffer): Buffer[] {
    // The blank line may have been torn.
    let searched = Math.max(0, this.#held.length - 2);
    const buffer = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const events: Buffer[] = [];
    let begin = 0;
    for (let end = endOfEvent(buffer, searched); end !== -1; end = endOfEvent(buffer, searched)) {
      events.push(buffer.subarray(begin, end));
      begin = searched = end;
    }
    if (buffer.length - begin > mostHeldBytes) {
      events.push(buffer.subarray(begin));
      begin = buffer.length;
    }
    // The bytes are the socket's, and are gone after this call.
    this.#held = Buffer.from(buffer.subarray(begin));
    return events;
  }

  /** The event that is not whole. */
  rest(): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }
}

function endOfEvent(buffer: Buffer, from: number): number {
  const ends = blankLines.map((blank) => {
    const at = buffer.indexOf(blank, from, 'latin1');
    return at === -1 ? Number.POSITIVE_INFINITY : at + blank.length;
  });
  const first = Math.min(...ends);
  return Number.isFinite(first) ? first : -1;
}
