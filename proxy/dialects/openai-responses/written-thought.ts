// Writes a thought as a reasoning item. What may be read of it stands as its summary, whoever thought it.
import type { JsonObject } from '../reading/json-reading.ts';
import { WrittenItem } from './written-item.ts';

export class WrittenThought extends WrittenItem {
  /** Its seal, which is told with the end of the item. */
  encrypted = '';
  #text = '';

  protected override describe(): JsonObject {
    const summary = this.#text === '' ? [] : [{ type: 'summary_text', text: this.#text }];
    const seal = this.encrypted === '' ? {} : { encrypted_content: this.encrypted };
    return { id: this.id, type: 'reasoning', summary, ...seal };
  }

  add(piece: string): string {
    const events = this.#text === '' ? this.#part('added', '') : '';
    this.#text += piece;
    const fields = `${this.place},"summary_index":0,"delta":${JSON.stringify(piece)}`;
    return events + this.send('response.reasoning_summary_text.delta', fields);
  }

  protected override finish(): string {
    if (this.#text === '') return '';
    const fields = `${this.place},"summary_index":0,"text":${JSON.stringify(this.#text)}`;
    return this.send('response.reasoning_summary_text.done', fields) + this.#part('done', this.#text);
  }

  #part(what: 'added' | 'done', text: string): string {
    const part = `{"type":"summary_text","text":${JSON.stringify(text)}}`;
    return this.send(`response.reasoning_summary_part.${what}`, `${this.place},"summary_index":0,"part":${part}`);
  }
}
