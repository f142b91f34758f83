// Content blocks of an answer, in the order in which they began. Anthropic's stream has one open block at a time, so blocks
// behind one that may still grow wait for it; text and thoughts end as soon as something else begins, a call when its JSON does.
import type { Seal } from '../neutral/request.ts';
import { type AnswerBlock, deltaOf, newBlock, opening, sse, wholeBlock } from './answer-block.ts';
import { ObjectExtent } from './tool-input.ts';

export class AnswerBlocks {
  readonly #blocks: AnswerBlock[] = [];
  /** Position of the block that is open in the stream. */
  #open = 0;
  #started = false;

  get calledTools(): boolean {
    return this.#blocks.some((block) => block.kind === 'tool_use');
  }

  text(text: string): string {
    const last = this.#blocks.at(-1);
    return this.#grow(last?.kind === 'text' ? last : this.#add('text', 0), text);
  }

  /** Thoughts of providers that sign nothing are shown all the same, with the empty signature of the block's beginning. */
  thought(key: number, text: string): string {
    const last = this.#blocks.at(-1);
    return this.#grow(last?.kind === 'thinking' && last.key === key ? last : this.#add('thinking', key), text);
  }

  /** Another family's seal means nothing to a client of this one. */
  seal(key: number, { origin, kind, value }: Seal): string {
    if (origin !== 'anthropic') return '';
    if (kind === 'redacted') return this.#grow(this.#add('redacted_thinking', key), value);
    const known = this.#blocks.findLast((block) => block.kind === 'thinking' && block.key === key);
    const block = known ?? this.#add('thinking', key);
    block.signature = value;
    const at = this.#blocks.indexOf(block);
    const before = this.#advance();
    // Behind the open block it waits and goes out as its block ends; too late for one that has ended.
    return at === this.#open && this.#started ? before + this.#signature(block) : before;
  }

  call(key: number, id: string, name: string): string {
    const block = this.#add('tool_use', key);
    block.id = id;
    block.name = name;
    block.extent = new ObjectExtent();
    return this.#advance();
  }

  arguments(key: number, text: string): string {
    const block = this.#blocks.findLast((candidate) => candidate.kind === 'tool_use' && candidate.key === key);
    if (block === undefined) return '';
    block.extent?.push(text);
    return this.#grow(block, text);
  }

  /** Everything that waited, and the end of the last block. */
  end(): string {
    let out = '';
    for (; this.#open < this.#blocks.length; this.#open++) out += this.#write() + this.#stop();
    return out;
  }

  whole(): Record<string, unknown>[] {
    return this.#blocks.map(wholeBlock);
  }

  #add(kind: AnswerBlock['kind'], key: number): AnswerBlock {
    const block = newBlock(kind, key);
    this.#blocks.push(block);
    return block;
  }

  #grow(block: AnswerBlock, text: string): string {
    block.text += text;
    block.unsent += text;
    return this.#advance();
  }

  /** Writes as far as may be: to the last block, or to a call that is not complete yet. */
  #advance(): string {
    let out = '';
    while (this.#open < this.#blocks.length) {
      out += this.#write();
      const mayGrow = this.#blocks[this.#open]?.extent?.complete === false;
      if (mayGrow || this.#open === this.#blocks.length - 1) break;
      out += this.#stop();
      this.#open++;
    }
    return out;
  }

  #write(): string {
    const block = this.#blocks[this.#open] as AnswerBlock;
    let out = '';
    if (!this.#started) {
      this.#started = true;
      out = sse('content_block_start', `"index":${this.#open},"content_block":${JSON.stringify(opening(block))}`);
    }
    if (block.unsent === '' || block.kind === 'redacted_thinking') return out;
    out += this.#delta(deltaOf(block.kind, block.unsent));
    block.unsent = '';
    return out;
  }

  #stop(): string {
    const block = this.#blocks[this.#open] as AnswerBlock;
    this.#started = false;
    // A block without arguments says {}: clients parse the pieces put together.
    const rest = block.kind === 'tool_use' && block.text === '' ? this.#delta(deltaOf('tool_use', '{}')) : '';
    return rest + this.#signature(block) + sse('content_block_stop', `"index":${this.#open}`);
  }

  #signature(block: AnswerBlock): string {
    const { signature } = block;
    if (signature === '' || block.signed) return '';
    block.signed = true;
    return this.#delta(`{"type":"signature_delta","signature":${JSON.stringify(signature)}}`);
  }

  #delta(delta: string): string {
    return sse('content_block_delta', `"index":${this.#open},"delta":${delta}`);
  }
}
