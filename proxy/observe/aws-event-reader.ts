// Events from Amazon's event stream: frames of total length u32, header length u32, CRC32 of both, headers, payload, CRC32 of
// all that. https://smithy.io/2.0/aws/amazon-eventstream.html What a frame says stands in aws-frame.ts.
import { crc32 } from 'node:zlib';
import { eventIn } from './aws-frame.ts';
import type { EventSplitter } from './event-splitter.ts';
import type { StreamEvent } from './stream-event.ts';

const preludeBytes = 12;
const smallestFrame = 16;
/** Amazon's own limits: 16 MB of payload, 128 KB of headers. */
const defaultMaximumBytes = 17 * 1024 * 1024;

export class AwsEventReader implements EventSplitter {
  readonly #maximumBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Before so many bytes are there, nothing can be read. */
  #wanted = preludeBytes;
  /** Bytes still to come of a frame that is not read. */
  #skip = 0;
  #position = 0;
  #dropped = 0;
  #damaged = false;

  /** `maximumBytes`: frames bigger than this are dropped and counted. */
  constructor(maximumBytes: number = defaultMaximumBytes) {
    this.#maximumBytes = maximumBytes;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get atEventBoundary(): boolean {
    return this.#heldBytes === 0 && this.#skip === 0 && !this.#damaged;
  }

  push(bytes: Uint8Array): StreamEvent[] {
    if (this.#damaged || bytes.length === 0) return [];
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    this.#position += skipped;
    if (skipped === bytes.length) return [];
    // A copy: whoever pushed may use the memory again.
    const rest = Buffer.from(bytes.subarray(skipped));
    this.#held.push(rest);
    this.#heldBytes += rest.length;
    return this.#heldBytes < this.#wanted ? [] : this.#frames();
  }

  /** A frame that was cut off says nothing that could be trusted. */
  end(): StreamEvent[] {
    return [];
  }

  #frames(): StreamEvent[] {
    const all = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held, this.#heldBytes);
    const events: StreamEvent[] = [];
    let at = 0;
    this.#wanted = preludeBytes;
    while (!this.#damaged && all.length - at >= preludeBytes) {
      const total = this.#lengthOf(all, at, events);
      if (this.#damaged) break;
      if (total > this.#maximumBytes) {
        this.#dropped++;
        this.#skip = Math.max(0, total - (all.length - at));
      } else if (total > all.length - at) {
        this.#wanted = total;
        break;
      } else this.#read(all.subarray(at, at + total), events);
      const taken = Math.min(total, all.length - at);
      at += taken;
      this.#position += taken;
    }
    this.#keep(this.#damaged ? [] : [all.subarray(at)]);
    return events;
  }

  #keep(rest: Buffer[]): void {
    this.#held = rest.filter((piece) => piece.length > 0);
    this.#heldBytes = this.#held[0]?.length ?? 0;
  }

  #lengthOf(all: Buffer, at: number, events: StreamEvent[]): number {
    const total = all.readUInt32BE(at);
    const headers = all.readUInt32BE(at + 4);
    const sound = crc32(all.subarray(at, at + 8)) === all.readUInt32BE(at + 8);
    if (!sound || total < smallestFrame + headers) this.#give(events, 'an impossible length');
    return total;
  }

  #read(frame: Buffer, events: StreamEvent[]): void {
    const body = frame.length - 4;
    if (crc32(frame.subarray(0, body)) !== frame.readUInt32BE(body)) {
      this.#give(events, 'a wrong checksum');
      return;
    }
    const payloadAt = preludeBytes + frame.readUInt32BE(4);
    const event = eventIn(frame.subarray(preludeBytes, payloadAt), frame.subarray(payloadAt, body));
    if (event) events.push(event);
  }

  /** Nothing after a bad frame can be found: lengths are all that says where the next one begins. */
  #give(events: StreamEvent[], fault: string): void {
    this.#damaged = true;
    const message = `The event stream is damaged: the frame at byte ${this.#position} has ${fault}.`;
    events.push({ name: 'error', data: JSON.stringify({ error: { type: 'damaged_event_stream', message } }) });
  }
}
