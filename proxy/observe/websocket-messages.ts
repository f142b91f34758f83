// Reads the text messages that a WebSocket server sends, from the raw bytes of the connection (RFC 6455, 5.2 to 5.4).
// Only looks: what it cannot read (compressed frames, nonsense, messages beyond the limit) it passes over or gives up on.

const longestMessage = 4 * 1024 * 1024;
const nothing = Buffer.alloc(0);

export class WebSocketMessages {
  #rest: Buffer = nothing;
  #message: Buffer[] = [];
  #size = 0;
  #isText = false;
  /** Bytes of a frame's payload that are still to come and not wanted. */
  #skip = 0;
  #deaf = false;

  /** The text messages that these bytes complete. Never throws. */
  push(bytes: Buffer): string[] {
    if (this.#deaf) return [];
    const messages: string[] = [];
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (!this.#deaf && this.#step(messages));
    return messages;
  }

  /** Takes one frame, or a part of one that is skipped. False when more bytes are needed. */
  #step(messages: string[]): boolean {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#rest.length);
      this.#skip -= skipped;
      this.#rest = this.#rest.subarray(skipped);
      return this.#skip === 0 && this.#rest.length > 0;
    }
    const head = frameHead(this.#rest);
    if (!head) return false;
    if (head.strange) {
      this.#deaf = true;
      this.#rest = nothing;
      return false;
    }
    const { opcode, final, from, length } = head;
    if (opcode === 1 || opcode === 2) this.#begin(opcode === 1);
    const wanted = opcode === 0 || opcode === 1 ? this.#isText && this.#size + length <= longestMessage : false;
    if (!wanted) {
      this.#isText &&= opcode > 7; // control frames may stand between the parts of a message
      this.#skip = length;
      this.#rest = this.#rest.subarray(from);
      return true;
    }
    if (this.#rest.length < from + length) return false;
    this.#message.push(this.#rest.subarray(from, from + length));
    this.#size += length;
    this.#rest = this.#rest.subarray(from + length);
    if (final) {
      messages.push(Buffer.concat(this.#message, this.#size).toString('utf8'));
      this.#begin(false);
    }
    return true;
  }

  #begin(isText: boolean): void {
    this.#isText = isText;
    this.#message = [];
    this.#size = 0;
  }
}

interface FrameHead {
  final: boolean;
  opcode: number;
  from: number;
  length: number;
  /** Reserved bits (an extension such as compression), or masked, which a server's frames never are. */
  strange: boolean;
}

function frameHead(bytes: Buffer): FrameHead | null {
  if (bytes.length < 2) return null;
  const [first, second] = bytes as unknown as [number, number];
  const short = second & 0x7f;
  const from = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < from) return null;
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  return { final: first >= 0x80, opcode: first & 0x0f, from, length, strange: (first & 0x70) !== 0 || second >= 0x80 };
}
