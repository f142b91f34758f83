// Reads one choice of a chat answer, chunk by chunk or whole, into neutral events.

import type { NeutralEvent } from '../neutral/event.ts';
import { chatFinish } from '../openai/finish.ts';
import { asArray, asObject, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { CallAssembly } from './call-assembly.ts';
import { DetailsAssembly, textOfDetails } from './reasoning-details.ts';

export class ChoiceReader {
  readonly #index: number;
  readonly #calls: CallAssembly;
  readonly #details = new DetailsAssembly();
  #sealed = false;
  #thoughtAloud = false;

  constructor(index: number) {
    this.#index = index;
    this.#calls = new CallAssembly(index);
  }

  read(choice: JsonObject, into: NeutralEvent[]): void {
    // Only the older completions have nothing but `text`; Together repeats each piece there, beside the delta.
    const message = asObject(choice.delta) ?? asObject(choice.message) ?? { content: choice.text };
    this.#readMessage(message, into);
    const finish = chatFinish(choice.finish_reason);
    if (finish === null) return;
    this.flush(into);
    // vLLM says which stop sequence it was, SGLang under another name; a number there is the id of a token.
    const stopSequence = asText(choice.stop_reason) || asText(choice.matched_stop);
    into.push({ type: 'finish', choice: this.#index, finish, stopSequence });
  }

  /** What was held back: calls that said too little, and the seal, which is whole only when everything has come. */
  flush(into: NeutralEvent[]): void {
    this.#calls.flush(into);
    const seal = this.#sealed ? null : this.#details.seal();
    if (seal === null) return;
    this.#sealed = true;
    into.push({ type: 'reasoning-seal', choice: this.#index, block: 0, seal });
  }

  #readMessage(message: JsonObject, into: NeutralEvent[]): void {
    const choice = this.#index;
    const { content } = message;
    const said = typeof content === 'string' || content === null ? null : readParts(content);
    const text = said === null ? asText(content) : said.text;
    const details = objectsIn(message.reasoning_details);
    if (details.length > 0) this.#details.add(details);
    const reasoning = (said?.reasoning ?? '') + this.#thoughtsIn(message, details);
    if (reasoning !== '') into.push({ type: 'reasoning', choice, block: 0, text: reasoning });
    if (text !== '') into.push({ type: 'text', choice, text });
    // What was spoken aloud comes as sound with its transcript.
    const spoken = message.audio === undefined ? '' : asText(asObject(message.audio)?.transcript);
    if (spoken !== '') into.push({ type: 'text', choice, text: spoken });
    const refusal = asText(message.refusal) + (said?.refusal ?? '');
    if (refusal !== '') into.push({ type: 'refusal', choice, text: refusal });
    if (message.tool_calls) for (const call of objectsIn(message.tool_calls)) this.#calls.add(call, into);
    const legacy = asObject(message.function_call);
    if (legacy !== null) this.#calls.add({ index: 0, function: legacy }, into);
  }

  /** DeepSeek and most say `reasoning_content`; OpenRouter, Groq and newer vLLM `reasoning`. */
  #thoughtsIn(message: JsonObject, details: readonly JsonObject[]): string {
    const plain = asText(message.reasoning_content) || asText(message.reasoning);
    if (plain !== '') this.#thoughtAloud = true;
    // OpenRouter may give details alone; beside a plain text, at whatever time, they only repeat it.
    return this.#thoughtAloud ? plain : textOfDetails(details);
  }
}

interface Said {
  text: string;
  reasoning: string;
  refusal: string;
}

/** Content as an array of parts (Mistral: thinking parts hold text parts of their own). */
function readParts(content: unknown): Said {
  const said: Said = { text: '', reasoning: '', refusal: '' };
  for (const part of asArray(content)) {
    const known = asObject(part);
    if (known === null) said.text += asText(part);
    else if (known.type === 'thinking') said.reasoning += asText(known.thinking) || readParts(known.thinking).text;
    else if (known.type === 'refusal') said.refusal += asText(known.refusal);
    else said.text += asText(known.text);
  }
  return said;
}
