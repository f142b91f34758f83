// Finds out which tool call each fragment of an OpenAI-shaped stream belongs to, and says it in neutral events.
import type { NeutralEvent } from '../neutral/event.ts';
import type { Seal } from '../neutral/request.ts';
import { argumentsText, asObject, asText, type JsonObject } from '../reading/json-reading.ts';
import { googleSeal } from './message-reader.ts';

interface Slot {
  /** The provider's own number; null where it gives none. */
  index: number | null;
  call: number;
  id: string;
  name: string;
  seal: Seal | null;
  opened: boolean;
  /** Arguments that came before the call could be opened. */
  held: string;
}

/**
 * Fragments belong together by `index`. Mistral sends whole calls without one, Qwen repeats `"id":""`, others repeat
 * `"name":""`, and Google's compatible endpoint numbers every parallel call 0 but gives each its own id.
 */
export class CallAssembly {
  readonly #choice: number;
  readonly #slots: Slot[] = [];

  constructor(choice: number) {
    this.#choice = choice;
  }

  /** Takes one entry of `delta.tool_calls` or `message.tool_calls`. */
  add(fragment: JsonObject, into: NeutralEvent[]): void {
    const described = asObject(fragment.function) ?? asObject(fragment.custom) ?? {};
    const id = asText(fragment.id);
    const name = asText(described.name);
    const text = argumentsText(described.arguments ?? described.input, '');
    const index = typeof fragment.index === 'number' ? fragment.index : null;
    const slot = this.#find(index, id, name) ?? this.#newSlot(index);
    slot.id ||= id;
    slot.name ||= name;
    slot.seal ??= googleSeal(fragment);
    if (slot.opened) {
      if (text !== '') into.push({ type: 'tool-arguments', choice: this.#choice, call: slot.call, text });
      return;
    }
    slot.held += text;
    // An opened call cannot be renamed: with a name alone, the id may still come, and before the name so may arguments.
    if (slot.name !== '' && (slot.id !== '' || slot.held !== '')) this.#open(slot, into);
  }

  /** Opens what never said all of its name and id. */
  flush(into: NeutralEvent[]): void {
    for (const slot of this.#slots) {
      if (!slot.opened && (slot.id !== '' || slot.name !== '' || slot.held !== '')) this.#open(slot, into);
    }
  }

  #open(slot: Slot, into: NeutralEvent[]): void {
    const { call, id, name, seal, held } = slot;
    slot.opened = true;
    into.push({ type: 'tool-call', choice: this.#choice, call, id, name, seal });
    if (held !== '') into.push({ type: 'tool-arguments', choice: this.#choice, call, text: held });
    slot.held = '';
  }

  #find(index: number | null, id: string, name: string): Slot | null {
    const slot =
      index === null
        ? this.#slots.findLast((candidate) => id === '' || candidate.id === id)
        : this.#slots.findLast((candidate) => candidate.index === index);
    if (slot === undefined) return null;
    const another = id !== '' && name !== '' && slot.id !== '' && slot.id !== id;
    const anotherWithoutIds = index === null && id === '' && name !== '' && slot.name !== '';
    return another || anotherWithoutIds ? null : slot;
  }

  #newSlot(index: number | null): Slot {
    const call = this.#slots.length;
    const slot: Slot = { index, call, id: '', name: '', seal: null, opened: false, held: '' };
    this.#slots.push(slot);
    return slot;
  }
}
