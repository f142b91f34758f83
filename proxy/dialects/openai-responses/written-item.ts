// What all output items of an answer have in common on their way to the client: an id, a place in the output, a beginning
// and an end. https://platform.openai.com/docs/api-reference/responses-streaming
import type { JsonObject } from '../reading/json-reading.ts';

/** Gives one event as SSE text; `fields` are its members as JSON text, without `type` and `sequence_number`. */
export type Send = (type: string, fields: string) => string;

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface Place {
  id: string;
  index: number;
  send: Send;
}

export abstract class WrittenItem {
  readonly id: string;
  protected readonly send: Send;
  /** Members of every event about this item. */
  protected readonly place: string;
  readonly #index: number;
  /** With which it ended; null while it grows. */
  #ended: ItemStatus | null = null;

  constructor({ id, index, send }: Place) {
    this.id = id;
    this.#index = index;
    this.place = `"item_id":${JSON.stringify(id)},"output_index":${index}`;
    this.send = send;
  }

  protected abstract describe(status: ItemStatus): JsonObject;
  /** Events that come before the item is done. */
  protected abstract finish(): string;

  /** `growing`: the status it has unless it has ended. */
  json(growing: ItemStatus): JsonObject {
    return this.describe(this.#ended ?? growing);
  }

  begin(): string {
    return this.#about('added', 'in_progress');
  }

  close(status: ItemStatus): string {
    if (this.#ended !== null) return '';
    const last = this.finish();
    this.#ended = status;
    return last + this.#about('done', status);
  }

  #about(what: 'added' | 'done', status: ItemStatus): string {
    const item = JSON.stringify(this.json(status));
    return this.send(`response.output_item.${what}`, `"output_index":${this.#index},"item":${item}`);
  }
}
