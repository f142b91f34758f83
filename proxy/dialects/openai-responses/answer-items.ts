// Which output item a piece of the answer belongs to. Words and thoughts come one after the other; calls stay open until the
// answer ends, because pieces of their arguments may interleave. Items are told apart by their place in the output.
import type { Seal } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { WrittenCall } from './written-call.ts';
import type { ItemStatus, Place, Send } from './written-item.ts';
import { WrittenMessage } from './written-message.ts';
import { WrittenThought } from './written-thought.ts';

type Item = WrittenMessage | WrittenThought | WrittenCall;

export class AnswerItems {
  readonly #send: Send;
  readonly #idEnd: string;
  readonly #items: Item[] = [];
  readonly #calls = new Map<number, WrittenCall>();
  /** The message or thought that is growing. */
  #current: WrittenMessage | WrittenThought | null = null;
  #block = -1;

  /** `idEnd`: what makes the ids of this answer's items differ from those of any other. */
  constructor(idEnd: string, send: Send) {
    this.#idEnd = idEnd;
    this.#send = send;
  }

  text(kind: 'text' | 'refusal', piece: string): string {
    if (this.#current instanceof WrittenMessage) return this.#current.add(kind, piece);
    const message = new WrittenMessage(this.#place('msg'));
    return this.#begin(message) + message.add(kind, piece);
  }

  thought(block: number, piece: string): string {
    if (this.#current instanceof WrittenThought && this.#block === block) return this.#current.add(piece);
    const thought = new WrittenThought(this.#place('rs'));
    const begun = this.#begin(thought);
    this.#block = block;
    return begun + thought.add(piece);
  }

  /**
   * Only OpenAI's own seals can be said here. They are bound to the id of their item, which is not known while the thought
   * streams: such a seal stands as an item of its own, under the id it is bound to.
   */
  seal(seal: Seal): string {
    if (seal.origin !== 'openai' || seal.kind !== 'encrypted') return '';
    if (seal.id === '' && this.#current instanceof WrittenThought) {
      this.#current.encrypted = seal.value;
      return '';
    }
    if (this.#items.some((item) => item.id === seal.id)) return '';
    const place = this.#place('rs');
    const thought = new WrittenThought(seal.id === '' ? place : { ...place, id: seal.id });
    const begun = this.#begin(thought);
    this.#block = -1;
    thought.encrypted = seal.value;
    return begun;
  }

  call(number: number, id: string, name: string): string {
    if (this.#calls.has(number)) return '';
    const call = new WrittenCall(this.#place('fc'), { id, name });
    this.#calls.set(number, call);
    const closed = this.#close();
    this.#items.push(call);
    return closed + call.begin();
  }

  arguments(number: number, piece: string): string {
    return this.#calls.get(number)?.add(piece) ?? '';
  }

  /** Whatever is still open, in the order of the output. */
  end(status: ItemStatus): string {
    this.#current = null;
    return this.#items.map((item) => item.close(status)).join('');
  }

  output(status: ItemStatus): JsonObject[] {
    return this.#items.map((item) => item.json(status));
  }

  #begin(item: WrittenMessage | WrittenThought): string {
    const closed = this.#close();
    this.#current = item;
    this.#items.push(item);
    return closed + item.begin();
  }

  #close(): string {
    const closed = this.#current?.close('completed') ?? '';
    this.#current = null;
    return closed;
  }

  /** own-thoughts.ts knows these ids again. */
  #place(kind: 'msg' | 'rs' | 'fc'): Place {
    const index = this.#items.length;
    return { id: `${kind}_${this.#idEnd}${index.toString(16).padStart(2, '0')}`, index, send: this.#send };
  }
}
