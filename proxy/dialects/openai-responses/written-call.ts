// Writes a tool call as a function_call item.
import type { JsonObject } from '../reading/json-reading.ts';
import { type ItemStatus, type Place, WrittenItem } from './written-item.ts';

export class WrittenCall extends WrittenItem {
  readonly #callId: string;
  readonly #name: string;
  #arguments = '';

  constructor(place: Place, call: { id: string; name: string }) {
    super(place);
    this.#callId = call.id;
    this.#name = call.name;
  }

  protected override describe(status: ItemStatus): JsonObject {
    // Clients parse the arguments of a call that has ended, so that none are an empty object.
    const text = this.#arguments || (status === 'in_progress' ? '' : '{}');
    return {
      id: this.id,
      type: 'function_call',
      status,
      arguments: text,
      call_id: this.#callId,
      name: this.#name,
    };
  }

  add(piece: string): string {
    this.#arguments += piece;
    return this.send('response.function_call_arguments.delta', `${this.place},"delta":${JSON.stringify(piece)}`);
  }

  protected override finish(): string {
    const events = this.#arguments === '' ? this.add('{}') : '';
    const fields = `${this.place},"arguments":${JSON.stringify(this.#arguments)},"name":${JSON.stringify(this.#name)}`;
    return events + this.send('response.function_call_arguments.done', fields);
  }
}
