// Reads one candidate's parts into neutral events: text, thoughts and their signatures, function calls, finish.
import type { NeutralEvent } from '../neutral/event.ts';
import type { Seal } from '../neutral/request.ts';
import { asArray, asObject, asText, type JsonObject } from '../reading/json-reading.ts';
import { geminiFinish } from './finish.ts';
import { applyPartialArguments } from './partial-arguments.ts';

export class CandidateReader {
  readonly #choice: number;
  readonly #onMedia: () => void;
  #calls = 0;
  /** Arguments of the last call while more of them are announced. */
  #open: JsonObject | null = null;
  /** Blocks of thoughts so far, and whether the last one may go on. */
  #blocks = 0;
  #thinking = false;
  #reason: unknown = null;

  constructor(choice: number, onMedia: () => void) {
    this.#choice = choice;
    this.#onMedia = onMedia;
  }

  get finished(): boolean {
    return geminiFinish(this.#reason, false) !== null;
  }

  read(stated: JsonObject, out: NeutralEvent[]): void {
    const callsBefore = this.#calls;
    for (const part of asArray(asObject(stated.content)?.parts)) {
      const known = asObject(part);
      if (known !== null) this.#part(known, out);
    }
    const reason = stated.finishReason ?? null;
    if (reason !== null) this.#reason = reason;
    // A call after the reason turns STOP into a tool call.
    if (reason !== null || this.#calls > callsBefore) this.#finish(out);
  }

  /** Says what was held back, when no more comes. */
  close(out: NeutralEvent[]): void {
    if (this.#open === null) return;
    const text = JSON.stringify(this.#open);
    this.#open = null;
    out.push({ type: 'tool-arguments', choice: this.#choice, call: this.#calls - 1, text });
  }

  #finish(out: NeutralEvent[]): void {
    const finish = geminiFinish(this.#reason, this.#calls > 0);
    if (finish === null) return;
    this.close(out);
    out.push({ type: 'finish', choice: this.#choice, finish, stopSequence: '' });
  }

  #part(part: JsonObject, out: NeutralEvent[]): void {
    const text = asText(part.text);
    const value = asText(part.thoughtSignature);
    const seal: Seal | null = value === '' ? null : { origin: 'gemini', kind: 'signature', value, id: '' };
    const call = asObject(part.functionCall);
    if (call !== null) {
      this.#call(call, seal, out);
    } else if (part.thought === true) {
      this.#thought(text, seal, out);
    } else {
      if (text !== '') {
        this.#thinking = false;
        out.push({ type: 'text', choice: this.#choice, text });
      }
      // A signature on text, or on an empty part at the end of a stream, seals what was thought unseen.
      if (seal !== null && typeof part.text === 'string') this.#seal(this.#blocks++, seal, out);
    }
    if (asObject(part.inlineData) !== null) this.#onMedia();
  }

  #thought(text: string, seal: Seal | null, out: NeutralEvent[]): void {
    if (!this.#thinking) this.#blocks++;
    this.#thinking = true;
    const block = this.#blocks - 1;
    if (text !== '') out.push({ type: 'reasoning', choice: this.#choice, block, text });
    if (seal !== null) this.#seal(block, seal, out);
  }

  #seal(block: number, seal: Seal, out: NeutralEvent[]): void {
    this.#thinking = false;
    out.push({ type: 'reasoning-seal', choice: this.#choice, block, seal });
  }

  /**
   * A call comes whole in one part, or opens with its name, goes on in pieces without one and ends with a piece that
   * announces no more. Pieces belong to JSON paths, not to a text, so they are held until the last one.
   */
  #call(stated: JsonObject, seal: Seal | null, out: NeutralEvent[]): void {
    const name = asText(stated.name);
    if (name === '' && this.#open === null) return;
    if (name !== '') {
      this.close(out);
      this.#thinking = false;
      this.#open = { ...asObject(stated.args) };
      out.push({ type: 'tool-call', choice: this.#choice, call: this.#calls++, id: asText(stated.id), name, seal });
    }
    applyPartialArguments(this.#open as JsonObject, stated.partialArgs);
    if (stated.willContinue !== true) this.close(out);
  }
}
