// Takes out of an OpenAI chat stream the one chunk that came only because we asked for usage in the client's place
// (`choices: []` with a usage), and passes every other byte unchanged and in order. Bytes are held back only while the event
// they belong to could still turn out to be that chunk.
import { asObject, parseObject } from '../dialects/reading/json-reading.ts';
import { SseReader } from './sse-reader.ts';

export interface UsageChunkFilter {
  /** What may go to the client now, or null when there is nothing yet. The buffer given may be the buffer returned. */
  push(bytes: Buffer): Buffer | null;
  /** What was still held when the stream ended. */
  end(): Buffer | null;
}

/** A usage chunk has a few hundred bytes; an event longer than this is not it. */
const maximumHeldBytes = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const choicesKey = Buffer.from('"choices"');
const usageKey = Buffer.from('"usage"');

export function createUsageChunkFilter(): UsageChunkFilter {
  return new EventFilter();
}

class EventFilter implements UsageChunkFilter {
  /** Of the event under way, when it is not decided yet. */
  #held: Buffer | null = null;
  /** The event under way passes; only its end is looked for. */
  #passing = false;
  /** While passing: the bytes so far end with the end of a line. */
  #lineEnded = false;
  /** A line feed that comes next belongs to a carriage return that has been dealt with. */
  #dropLf = false;

  push(bytes: Buffer): Buffer | null {
    const buffer = this.#held === null ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = null;
    // Nearly everyone ends lines with LF alone; then half of the searching falls away.
    const returns = buffer.indexOf(CR) !== -1;
    const out: Buffer[] = [];
    let passed = 0;
    let at = 0;
    if (this.#dropLf && buffer.length > 0) {
      this.#dropLf = false;
      if (buffer[0] === LF) passed = at = 1;
    }
    while (at < buffer.length) {
      if (this.#passing) {
        at = this.#passOn(buffer, at, returns);
        continue;
      }
      const end = endOfEvent(buffer, at, returns);
      if (end === -1) {
        if (!couldBeUsage(buffer, at, buffer.length)) {
          this.#passing = true;
          this.#lineEnded = false;
          continue;
        }
        this.#held = Buffer.from(buffer.subarray(at));
        break;
      }
      if (couldBeUsage(buffer, at, end) && isUsageChunk(buffer.subarray(at, end))) {
        if (at > passed) out.push(buffer.subarray(passed, at));
        this.#dropLf = end === buffer.length && buffer[end - 1] === CR;
        passed = end;
      }
      at = end;
    }
    if (at > passed) out.push(buffer.subarray(passed, at));
    return joined(out);
  }

  end(): Buffer | null {
    const held = this.#held;
    this.#held = null;
    return held === null || isUsageChunk(held) ? null : held;
  }

  /** Goes on to the end of the event that passes, or of the buffer; gives the offset reached. */
  #passOn(buffer: Buffer, from: number, returns: boolean): number {
    let at = from;
    while (at < buffer.length) {
      if (this.#lineEnded && (buffer[at] === LF || buffer[at] === CR)) {
        // The blank line. (Or, where a CRLF was torn apart, the rest of the line's own end: then what follows is taken for
        // a new event, which does no harm, because a continuation line is never a usage chunk.)
        this.#passing = false;
        return endOfLineEnd(buffer, at);
      }
      this.#lineEnded = false;
      const end = nextLineEnd(buffer, at, returns);
      if (end === -1) return buffer.length;
      at = endOfLineEnd(buffer, end);
      this.#lineEnded = true;
    }
    return at;
  }
}

/** Offset after the blank line that ends the event at `from`; a blank line or a comment there is passed by itself; -1: not yet. */
function endOfEvent(buffer: Buffer, from: number, returns: boolean): number {
  if (buffer[from] === LF || buffer[from] === CR) return endOfLineEnd(buffer, from);
  let at = from;
  while (true) {
    const lineEnd = nextLineEnd(buffer, at, returns);
    if (lineEnd === -1) return -1;
    const next = endOfLineEnd(buffer, lineEnd);
    if (buffer[at] === COLON && at === from) return next;
    if (next >= buffer.length) return -1;
    if (buffer[next] === LF || buffer[next] === CR) return endOfLineEnd(buffer, next);
    at = next;
  }
}

function nextLineEnd(buffer: Buffer, from: number, returns: boolean): number {
  const lf = buffer.indexOf(LF, from);
  if (!returns) return lf;
  const cr = buffer.indexOf(CR, from);
  return cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
}

function endOfLineEnd(buffer: Buffer, at: number): number {
  return buffer[at] === CR && buffer[at + 1] === LF ? at + 2 : at + 1;
}

/** Whether an event, or its beginning, may be the usage chunk: not once its choices are seen to hold something. */
function couldBeUsage(buffer: Buffer, from: number, end: number): boolean {
  if (end - from > maximumHeldBytes || buffer[from] === COLON) return false;
  const key = buffer.indexOf(choicesKey, from);
  if (key === -1 || key >= end) return true;
  let at = key + choicesKey.length;
  for (const expected of [COLON, OPEN_BRACKET, CLOSE_BRACKET]) {
    while (at < end && isSpace(buffer[at])) at++;
    if (at >= end) return true;
    if (buffer[at] !== expected) return false;
    at++;
  }
  return true;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LF || byte === CR;
}

function isUsageChunk(event: Buffer): boolean {
  if (event.indexOf(usageKey) === -1) return false;
  const reader = new SseReader();
  const data = [...reader.push(event), ...reader.end()].map((each) => parseObject(each.data));
  const chunk = data.length === 1 ? data[0] : null;
  return chunk != null && Array.isArray(chunk.choices) && chunk.choices.length === 0 && asObject(chunk.usage) !== null;
}

function joined(parts: Buffer[]): Buffer | null {
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
