// Messages as Gemini's contents: roles take turns, so what follows each other from one side is one content.
// https://ai.google.dev/api/caching#Content
import type { Message, Part } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import { isGemini3OrLater } from './model-generation.ts';
import { mediaPart } from './write-media.ts';
import { ModelTurn } from './write-model-turn.ts';
import { functionResponse } from './write-tool-result.ts';

export type WrittenPart = Record<string, unknown>;

export interface Content {
  role: 'user' | 'model';
  parts: WrittenPart[];
}

export interface WrittenContents {
  /** Null when nothing stands before the conversation. */
  systemInstruction: { parts: WrittenPart[] } | null;
  contents: Content[];
}

export function writeContents(messages: Message[], model: string, unsupported: Unsupported[]): WrittenContents {
  const writer = new ContentsWriter(model, unsupported);
  // Gemini knows one instruction, before everything. A later one stands where it was said, as the user's words: moved to
  // the front it would change what came before it.
  const firstOther = messages.findIndex((message) => message.role !== 'system');
  const leading = firstOther === -1 ? messages.length : firstOther;
  const system = messages.slice(0, leading).flatMap((message, index) => writer.userParts(message, index));
  for (let index = leading; index < messages.length; index++) writer.add(messages[index] as Message, index);
  const { contents } = writer;
  // "Please ensure that function call turn comes immediately after a user turn or after a function response turn."
  if (contents[0]?.parts.some((part) => part.functionCall))
    contents.unshift({ role: 'user', parts: [{ text: '(The assistant speaks first.)' }] });
  if (system.length === 0) return { systemInstruction: null, contents };
  // Contents may not be empty: where there is nothing but an instruction, it is the question.
  if (contents.length === 0) return { systemInstruction: null, contents: [{ role: 'user', parts: system }] };
  return { systemInstruction: { parts: system }, contents };
}

class ContentsWriter {
  readonly contents: Content[] = [];
  readonly #model: string;
  readonly #unsupported: Unsupported[];
  readonly #newer: boolean;
  /** Tool results say which call they answer; Gemini wants the name of its tool besides. */
  readonly #names = new Map<string, string>();
  #turn: ModelTurn | null = null;

  constructor(model: string, unsupported: Unsupported[]) {
    this.#model = model;
    this.#unsupported = unsupported;
    this.#newer = isGemini3OrLater(model);
  }

  add(message: Message, index: number): void {
    if (message.role === 'assistant') this.#assistant(message, index);
    else if (message.role === 'tool') this.#results(message, index);
    else this.#append('user', this.userParts(message, index));
  }

  userParts(message: Message, index: number): WrittenPart[] {
    const parts: WrittenPart[] = [];
    message.content.forEach((part, at) => {
      const written = this.#plain(part, `messages[${index}].content[${at}]`);
      if (written !== null) parts.push(written);
    });
    return parts;
  }

  #assistant(message: Message, index: number): void {
    // Assistant messages in a row are one step: the first call of all is the one that has to be signed.
    this.#turn ??= new ModelTurn(this.#newer);
    const turn = this.#turn;
    message.content.forEach((part, at) => {
      if (part.type === 'tool-call') {
        this.#names.set(part.id, part.name);
        turn.call(part);
      } else if (part.type === 'reasoning') turn.reasoning(part);
      else {
        const written = this.#plain(part, `messages[${index}].content[${at}]`);
        if (written !== null) turn.add(written);
      }
    });
    if (this.contents.at(-1)?.parts !== turn.parts && turn.parts.length > 0)
      this.contents.push({ role: 'model', parts: turn.parts });
  }

  #results(message: Message, index: number): void {
    const responses: WrittenPart[] = [];
    const beside: WrittenPart[] = [];
    message.content.forEach((part, at) => {
      if (part.type !== 'tool-result') return;
      const name = part.name || this.#names.get(part.callId) || 'unknown';
      const media = part.content.flatMap((shown, place) => {
        const written =
          shown.type === 'text' ? null : this.#plain(shown, `messages[${index}].content[${at}].content[${place}]`);
        return written === null ? [] : [written];
      });
      // Only Gemini 3 takes images inside a response; for others they stand beside it.
      responses.push(functionResponse(part, name, this.#newer ? media : []));
      if (!this.#newer) beside.push(...media);
    });
    this.#append('user', responses, 'front');
    this.#append('user', beside);
  }

  /** Responses come right after the calls, whatever else was said between them. */
  #append(role: Content['role'], parts: WrittenPart[], where: 'front' | 'back' = 'back'): void {
    if (parts.length === 0) return;
    this.#turn = null;
    const last = this.contents.at(-1);
    if (last?.role !== role) this.contents.push({ role, parts });
    else if (where === 'back') last.parts.push(...parts);
    else {
      const others = last.parts.findIndex((part) => part.functionResponse === undefined);
      last.parts.splice(others === -1 ? last.parts.length : others, 0, ...parts);
    }
  }

  /** Null for what says nothing: Gemini refuses empty text. */
  #plain(part: Part, field: string): WrittenPart | null {
    switch (part.type) {
      case 'text':
      case 'refusal':
        return part.text === '' ? null : { text: part.text };
      case 'image':
        return this.#media({ source: part.source, name: '', fallback: 'image/jpeg' }, field, 'image');
      case 'audio':
        return this.#media({ source: part.source, name: '', fallback: 'audio/wav' }, field, 'audio');
      case 'file':
        return this.#media({ source: part.source, name: part.name, fallback: 'application/pdf' }, field, 'file');
      default:
        return null;
    }
  }

  #media(media: Parameters<typeof mediaPart>[0], field: string, kind: string): WrittenPart | null {
    const written = mediaPart(media);
    if (written === null)
      this.#unsupported.push({ field, changesAnswer: true, reason: `${this.#model} cannot get at this ${kind}’s id` });
    return written;
  }
}
