// Writes words of the assistant as a message item. Its parts come one after the other; a refusal is a part of its own.
import type { JsonObject } from '../reading/json-reading.ts';
import { type ItemStatus, WrittenItem } from './written-item.ts';

export class WrittenMessage extends WrittenItem {
  readonly #parts: { kind: 'text' | 'refusal'; text: string }[] = [];

  protected override describe(status: ItemStatus): JsonObject {
    const content = this.#parts.map(({ kind, text }) => partOf(kind, text));
    return { id: this.id, type: 'message', status, role: 'assistant', content };
  }

  add(kind: 'text' | 'refusal', piece: string): string {
    const open = this.#parts.at(-1);
    const events = open?.kind === kind ? '' : this.#next(kind);
    const part = this.#parts.at(-1);
    if (part) part.text += piece;
    const rest = `,"delta":${JSON.stringify(piece)}${kind === 'text' ? ',"logprobs":[]' : ''}`;
    return events + this.send(`response.${wireKind(kind)}.delta`, this.#place() + rest);
  }

  protected override finish(): string {
    const part = this.#parts.at(-1);
    if (part === undefined) return '';
    const text = JSON.stringify(part.text);
    const said = part.kind === 'text' ? `,"text":${text},"logprobs":[]` : `,"refusal":${text}`;
    const whole = JSON.stringify(partOf(part.kind, part.text));
    return (
      this.send(`response.${wireKind(part.kind)}.done`, this.#place() + said) +
      this.send('response.content_part.done', `${this.#place()},"part":${whole}`)
    );
  }

  #next(kind: 'text' | 'refusal'): string {
    const before = this.finish();
    this.#parts.push({ kind, text: '' });
    const part = JSON.stringify(partOf(kind, ''));
    return before + this.send('response.content_part.added', `${this.#place()},"part":${part}`);
  }

  #place(): string {
    return `${this.place},"content_index":${this.#parts.length - 1}`;
  }
}

const wireKind = (kind: 'text' | 'refusal'): string => (kind === 'text' ? 'output_text' : 'refusal');

function partOf(kind: 'text' | 'refusal', text: string): JsonObject {
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', annotations: [], logprobs: [], text };
}
