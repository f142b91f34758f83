// Writes the conversation: the leading system messages apart, then turns of user and assistant in alternation. All results
// of one turn's calls stand first in the user turn right after it, and every call has one; the API refuses anything else.
import { type Message, RequestProblem } from '../neutral/request.ts';
import { CallIds } from './call-ids.ts';
import { addTurn, mend, type Turn } from './turns.ts';
import { type Block, type PartOptions, writePart, writeResult } from './write-blocks.ts';
import type { Writing } from './writing.ts';

export interface WrittenMessages {
  system: Block[];
  messages: { role: Turn['role']; content: Block[] }[];
}

export function writeMessages(messages: Message[], writing: Writing): WrittenMessages {
  // A request that consists of nothing else asks with its system messages.
  const spoken = messages.findIndex((message) => message.role !== 'system');
  const leading = spoken === -1 ? 0 : spoken;
  const writer = new TurnWriter(messages, writing);
  const system = messages.slice(0, leading).flatMap((_, at) => writer.blocks(at, 'system'));
  for (let at = leading; at < messages.length; at++) writer.message(at);
  const turns = mend(writer.turns(), writing);
  if (turns.length === 0) throw new RequestProblem('messages', 'a conversation in which somebody speaks', 'none');
  return { system, messages: turns.map(({ role, results, blocks }) => ({ role, content: [...results, ...blocks] })) };
}

class TurnWriter {
  readonly #messages: Message[];
  readonly #writing: Writing;
  readonly #ids = new CallIds();
  readonly #turns: Turn[] = [];
  /** The last message that called tools. */
  #caller = 0;

  constructor(messages: Message[], writing: Writing) {
    this.#messages = messages;
    this.#writing = writing;
  }

  message(at: number): void {
    const { role, content, name } = this.#messages[at] as Message;
    if (name !== '') this.#writing.note(`messages[${at}].name`, 'Anthropic knows no names of participants');
    if (role === 'system') this.#system(at);
    else if (role === 'assistant') {
      if (this.#turns.at(-1)?.role !== 'assistant') this.#settle();
      if (content.some((part) => part.type === 'tool-call')) this.#caller = at;
      this.#add({ role, results: [], blocks: this.blocks(at, role) });
    } else this.#add({ role: 'user', results: this.#results(at), blocks: this.blocks(at, 'user') });
  }

  turns(): Turn[] {
    this.#settle();
    return this.#turns;
  }

  blocks(at: number, role: PartOptions['role']): Block[] {
    const { content } = this.#messages[at] as Message;
    return content.flatMap<Block>((part, index) => {
      const field = `messages[${at}].content[${index}]`;
      return writePart(part, { field, role, writing: this.#writing, callId: (id) => this.#ids.call(id) }) ?? [];
    });
  }

  #results(at: number): Block[] {
    const { content } = this.#messages[at] as Message;
    return content.flatMap<Block>((part, index) => {
      if (part.type !== 'tool-result') return [];
      const field = `messages[${at}].content[${index}]`;
      const id = this.#ids.result(part.callId);
      if (id !== null) return writeResult(part, id, field, this.#writing);
      throw new RequestProblem(field, 'the result of a call in the turn before', `one for "${part.callId}"`);
    });
  }

  /**
   * Newer models take a system message behind a user turn and before the assistant's; elsewhere, and for older models, it
   * stands where it stood as words of the user, marked for what they are. Moved to the front it would lose its meaning
   * ("from now on …") and change the prompt that the provider may have cached.
   */
  #system(at: number): void {
    const next = this.#messages.slice(at + 1).find((message) => message.role !== 'system');
    const before = this.#turns.at(-1)?.role;
    const fits = before === 'system' || (before === 'user' && this.#ids.unanswered.length === 0);
    const blocks = this.blocks(at, 'system');
    if (this.#writing.traits.systemAnywhere && fits && next?.role !== 'user' && next?.role !== 'tool') {
      this.#add({ role: 'system', results: [], blocks });
    } else {
      const marked = blocks.map((block) => ({ ...block, text: `<system>\n${block.text}\n</system>` }));
      this.#add({ role: 'user', results: [], blocks: marked });
    }
  }

  #add(turn: Turn): void {
    if (turn.results.length + turn.blocks.length > 0) addTurn(this.#turns, turn);
  }

  /** The assistant speaks again, or the conversation ends: no result can come any more. */
  #settle(): void {
    const [missing] = this.#ids.unanswered;
    if (missing === undefined) return;
    throw new RequestProblem(
      `messages[${this.#caller}]`,
      'followed by a result for every call',
      `none for "${missing}"`,
    );
  }
}
