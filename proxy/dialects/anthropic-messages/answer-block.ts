// One content block of an answer, and how it is said: at its beginning, piece by piece, or whole.
import { type ObjectExtent, toolInput } from './tool-input.ts';

export interface AnswerBlock {
  kind: 'text' | 'thinking' | 'redacted_thinking' | 'tool_use';
  /** Number of the thought or call; text has none. */
  key: number;
  text: string;
  /** Not yet written to the stream. */
  unsent: string;
  signature: string;
  /** The signature is written. */
  signed: boolean;
  id: string;
  name: string;
  /** Of a call: where its JSON ends. */
  extent: ObjectExtent | null;
}

export const newBlock = (kind: AnswerBlock['kind'], key: number): AnswerBlock => {
  return { kind, key, text: '', unsent: '', signature: '', signed: false, id: '', name: '', extent: null };
};

/** One event; clients drop what has no `event:` line. `rest` is JSON text without braces. */
export function sse(type: string, rest: string): string {
  return `event: ${type}\ndata: {"type":"${type}"${rest === '' ? '' : ','}${rest}}\n\n`;
}

/** A piece of a block, as JSON text. */
export function deltaOf(kind: AnswerBlock['kind'], text: string): string {
  const json = JSON.stringify(text);
  if (kind === 'text') return `{"type":"text_delta","text":${json}}`;
  if (kind === 'thinking') return `{"type":"thinking_delta","thinking":${json}}`;
  return `{"type":"input_json_delta","partial_json":${json}}`;
}

/** A block as it begins in a stream: with nothing in it yet. */
export function opening({ kind, id, name, text }: AnswerBlock): Record<string, unknown> {
  switch (kind) {
    case 'text':
      return { type: kind, text: '', citations: null };
    case 'thinking':
      return { type: kind, thinking: '', signature: '' };
    case 'redacted_thinking':
      return { type: kind, data: text };
    case 'tool_use':
      return { type: kind, id, name, input: {}, caller: { type: 'direct' } };
  }
}

export function wholeBlock(block: AnswerBlock): Record<string, unknown> {
  const { kind, text, signature } = block;
  switch (kind) {
    case 'text':
      return { ...opening(block), text };
    case 'thinking':
      return { ...opening(block), thinking: text, signature };
    case 'redacted_thinking':
      return opening(block);
    case 'tool_use':
      return { ...opening(block), input: toolInput(text) };
  }
}
