// One turn of the model on its way back: calls with their signatures, and signatures of unseen thoughts where they belong.
// https://ai.google.dev/gemini-api/docs/thought-signatures
import type { ReasoningPart, Seal, ToolCallPart } from '../neutral/request.ts';
import { parseObject } from '../reading/json-reading.ts';
import type { WrittenPart } from './write-contents.ts';

/** What Google documents for histories that come from another model: it stands where a signature would be looked for. */
const noSignature = 'skip_thought_signature_validator';

export class ModelTurn {
  readonly parts: WrittenPart[] = [];
  readonly #wantsSignatures: boolean;
  #called = false;
  /** A signature whose text has not come yet. */
  #waiting: string | null = null;

  constructor(wantsSignatures: boolean) {
    this.#wantsSignatures = wantsSignatures;
  }

  add(part: WrittenPart): void {
    if (this.#waiting !== null) {
      // The unseen part that held the signature alone is the text's own.
      this.parts.pop();
      part.thoughtSignature = this.#waiting;
      this.#waiting = null;
    }
    this.parts.push(part);
  }

  call({ id, name, arguments: text, seal }: ToolCallPart): void {
    this.#waiting = null;
    const functionCall = { ...(id === '' ? {} : { id }), name, args: argumentsOf(text) };
    const signature = signatureOf(seal) ?? (this.#wantsSignatures && !this.#called ? noSignature : null);
    this.#called = true;
    this.parts.push({ functionCall, ...(signature === null ? {} : { thoughtSignature: signature }) });
  }

  /** A signed thought goes back as it came; others are nothing to Gemini. */
  reasoning({ text, seal }: ReasoningPart): void {
    const signature = signatureOf(seal);
    if (signature === null) return;
    this.#waiting = null;
    const last = this.parts.at(-1);
    if (text !== '') this.parts.push({ text, thought: true, thoughtSignature: signature });
    else if (last?.text !== undefined && last.thoughtSignature === undefined) last.thoughtSignature = signature;
    else {
      this.parts.push({ text: '', thoughtSignature: signature });
      this.#waiting = signature;
    }
  }
}

function signatureOf(seal: Seal | null): string | null {
  return seal?.origin === 'gemini' && seal.kind === 'signature' ? seal.value : null;
}

/** Arguments are an object. What a model wrote that is none goes along as text, so that it can see its mistake. */
function argumentsOf(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  return parseObject(text) ?? { arguments: text };
}
