// One choice of the answer that is being written: what was said so far, for the whole body and for the end of a stream.
import type { FinishReason } from '../../../contract/words.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import type { Seal } from '../neutral/request.ts';
import { asArray, type JsonObject } from '../reading/json-reading.ts';

interface Call {
  id: string;
  name: string;
  arguments: string;
  seal: Seal | null;
}

export class ChoiceRecord {
  /** The first delta of a stream, with the role, is out. */
  begun = false;
  text = '';
  refusal = '';
  reasoning = '';
  readonly details: unknown[] = [];
  readonly calls = new Map<number, Call>();
  #block = -1;
  #finish: FinishReason | null = null;

  /** Notes the event and gives the delta that says it, or null where there is nothing to say. */
  note(event: Extract<NeutralEvent, { choice: number }>): JsonObject | null {
    switch (event.type) {
      case 'text':
        if (event.text === '') return null;
        this.text += event.text;
        return { content: event.text };
      case 'refusal':
        if (event.text === '') return null;
        this.refusal += event.text;
        return { refusal: event.text };
      case 'reasoning':
        return this.#think(event.block, event.text);
      case 'reasoning-seal':
        return this.#seal(event.seal);
      case 'tool-call':
        return this.#call(event);
      case 'tool-arguments':
        return this.#arguments(event.call, event.text);
      case 'finish':
        this.#finish = event.finish.unified;
        return null;
    }
  }

  /**
   * OpenAI's word for the end. It has none for failures and for what other providers alone know: such an answer has
   * stopped, and clients that see calls must go on with them, whatever the provider called it (Gemini says STOP).
   */
  get finishReason(): 'stop' | 'length' | 'tool_calls' | 'content_filter' {
    if (this.#finish === 'length' || this.#finish === 'content_filter') return this.#finish;
    return this.calls.size > 0 ? 'tool_calls' : 'stop';
  }

  /** Calls that came without arguments: clients parse the text, and an empty one is no JSON. */
  get callsWithoutArguments(): number[] {
    return [...this.calls].filter(([, call]) => call.arguments === '').map(([index]) => index);
  }

  message(): JsonObject {
    const calls = [...this.calls].sort(([a], [b]) => a - b).map(([, call]) => writtenCall(call));
    const silent = this.text === '' && (calls.length > 0 || this.refusal !== '');
    return {
      role: 'assistant',
      content: silent ? null : this.text,
      refusal: this.refusal === '' ? null : this.refusal,
      ...(this.reasoning === '' ? {} : { reasoning_content: this.reasoning }),
      ...(this.details.length === 0 ? {} : { reasoning_details: this.details }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
  }

  #think(block: number, text: string): JsonObject | null {
    if (text === '') return null;
    // Another block is another thought; the field has no other way to tell them apart.
    const said = this.reasoning !== '' && block !== this.#block ? `\n\n${text}` : text;
    this.#block = block;
    this.reasoning += said;
    return { reasoning_content: said };
  }

  /** Only OpenRouter's seals have a place in this format; the others are kept by the proxy until the next turn. */
  #seal(seal: Seal): JsonObject | null {
    if (seal.origin !== 'openrouter' || seal.kind !== 'details') return null;
    const details = parsedList(seal.value);
    if (details.length === 0) return null;
    this.details.push(...details);
    return { reasoning_details: details };
  }

  #call({ call, id, name, seal }: Extract<NeutralEvent, { type: 'tool-call' }>): JsonObject {
    const begun: Call = { id, name, arguments: '', seal };
    this.calls.set(call, begun);
    return { tool_calls: [{ index: call, ...writtenCall(begun, '') }] };
  }

  #arguments(call: number, text: string): JsonObject | null {
    const known = this.calls.get(call);
    if (known === undefined || text === '') return null;
    known.arguments += text;
    return argumentsDelta(call, text);
  }
}

export const argumentsDelta = (call: number, text: string): JsonObject => ({
  tool_calls: [{ index: call, function: { arguments: text } }],
});

function writtenCall({ id, name, arguments: text, seal }: Call, empty = '{}'): JsonObject {
  return {
    id,
    type: 'function',
    function: { name, arguments: text || empty },
    // As Google's own compatible endpoint does, so that clients written for it send it back.
    ...(seal?.origin === 'gemini' ? { extra_content: { google: { thought_signature: seal.value } } } : {}),
  };
}

function parsedList(text: string): unknown[] {
  try {
    return asArray(JSON.parse(text));
  } catch {
    return [];
  }
}
