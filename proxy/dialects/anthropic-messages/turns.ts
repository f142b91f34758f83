// The turns of a conversation, mended where the API would refuse them as a whole: what stands first, what stands last, and
// turns in which nothing is said.
import type { Block } from './write-blocks.ts';
import type { Writing } from './writing.ts';

export interface Turn {
  role: 'user' | 'assistant' | 'system';
  /** Tool results, which stand before everything else. */
  results: Block[];
  blocks: Block[];
}

/** Adds to the last turn where that is the same speaker's. */
export function addTurn(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  if (last?.role !== turn.role) turns.push(turn);
  else {
    last.results.push(...turn.results);
    last.blocks.push(...turn.blocks);
  }
}

export function mend(turns: Turn[], writing: Writing): Turn[] {
  for (const turn of turns) if (turn.role === 'assistant') endInWords(turn.blocks);
  mendEnd(turns, writing);
  const mended: Turn[] = [];
  for (const turn of turns) if (turn.results.length + turn.blocks.length > 0) addTurn(mended, turn);
  // The first turn has to be the user's; a conversation that the assistant opened needs somebody to answer to.
  if (mended.length > 0 && mended[0]?.role !== 'user') {
    mended.unshift({ role: 'user', results: [], blocks: [{ type: 'text', text: '(The assistant speaks first.)' }] });
  }
  return mended;
}

/** "The final block in an assistant message cannot be `thinking`." */
function endInWords(blocks: Block[]): void {
  while (blocks.at(-1)?.type === 'thinking' || blocks.at(-1)?.type === 'redacted_thinking') blocks.pop();
}

/** An assistant turn at the end is one that the model shall go on with; trailing white space in it is refused. */
function mendEnd(turns: Turn[], writing: Writing): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  if (!writing.traits.prefill) {
    writing.refuse('messages', 'this model does not continue a message of the assistant');
    turns.pop();
    return;
  }
  const block = last.blocks.at(-1);
  if (block?.type !== 'text') return;
  block.text = String(block.text).trimEnd();
  if (block.text === '') last.blocks.pop();
}
