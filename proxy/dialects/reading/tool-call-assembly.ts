// Puts tool calls together from the fragments of OpenAI-shaped streams.
import type { ToolCall } from '../../../contract/answer.ts';
import { argumentsText, asObject, asText, type JsonObject } from './json-reading.ts';

interface Slot {
  index: number | null;
  call: ToolCall;
}

/**
 * Fragments belong together by `index`. Mistral sends whole calls without one, Qwen repeats `"id":""`, others repeat
 * `"name":""`, and Google's compatible endpoint numbers every parallel call 0 but gives each its own id.
 */
export class ToolCallAssembly {
  readonly #slots: Slot[] = [];

  /** Takes one entry of `delta.tool_calls` or `message.tool_calls`; true when it said anything. */
  add(fragment: JsonObject): boolean {
    const described = asObject(fragment.function) ?? asObject(fragment.custom) ?? {};
    const id = asText(fragment.id);
    const name = asText(described.name);
    const text = argumentsText(described.arguments ?? described.input, '');
    const index = typeof fragment.index === 'number' ? fragment.index : null;
    const call = this.#find(index, id, name) ?? this.#open(index);
    if (id !== '') call.id ??= id;
    if (call.name === '') call.name = name;
    call.arguments += text;
    return id !== '' || name !== '' || text !== '';
  }

  calls(): ToolCall[] {
    return this.#slots.map((slot) => ({ ...slot.call }));
  }

  #find(index: number | null, id: string, name: string): ToolCall | null {
    const slot =
      index === null
        ? this.#slots.findLast((candidate) => id === '' || candidate.call.id === id)
        : this.#slots.findLast((candidate) => candidate.index === index);
    if (slot === undefined) return null;
    const another = id !== '' && name !== '' && slot.call.id !== null && slot.call.id !== id;
    const anotherWithoutIds = index === null && id === '' && name !== '' && slot.call.name !== '';
    return another || anotherWithoutIds ? null : slot.call;
  }

  #open(index: number | null): ToolCall {
    const call: ToolCall = { id: null, name: '', arguments: '' };
    this.#slots.push({ index, call });
    return call;
  }
}
