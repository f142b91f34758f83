// What a model answers, as events in the order in which they came: the one stream that lies between the wire formats. A
// whole body is read into the same events, so that whole and streamed answers can each be written as either.
import type { Counted } from '../../../catalog/counted.ts';
import type { Finish } from '../../../contract/answer.ts';
import type { Usage } from '../../../contract/usage.ts';
import type { NeutralError } from './error.ts';
import type { Seal } from './request.ts';

export type NeutralEvent =
  /** Id and model as the provider calls them; either may be ''. Comes once, first, unless nothing is said at all. */
  | { type: 'start'; id: string; model: string }
  | { type: 'text'; choice: number; text: string }
  | { type: 'refusal'; choice: number; text: string }
  /** Thoughts; those of another `block` are another thought. */
  | { type: 'reasoning'; choice: number; block: number; text: string }
  /** Seals the block of that number, which may have no text at all. */
  | { type: 'reasoning-seal'; choice: number; block: number; seal: Seal }
  /** A tool call begins: `call` counts from 0 within its choice. `id` is '' where the provider gives none. */
  | { type: 'tool-call'; choice: number; call: number; id: string; name: string; seal: Seal | null }
  /** A piece of the arguments of a call that has begun, as JSON text. Pieces of different calls may interleave. */
  | { type: 'tool-arguments'; choice: number; call: number; text: string }
  /** May come more than once; the last one counts. `stopSequence`: which one stopped it, or ''. */
  | { type: 'finish'; choice: number; finish: Finish; stopSequence: string }
  /**
   * May come more than once; the last one counts. `reportedCost`: dollars as a decimal string, as the provider says.
   * `billed`: the tokens that are paid for, where they are others than those that were used (Cohere).
   * `tier`: the service tier of the answer. `counted`: what is charged one by one; both where the usage itself is silent.
   */
  | { type: 'usage'; usage: Usage; reportedCost: string | null; billed?: Usage; tier?: string; counted?: Counted }
  /** The provider reports a failure inside the answer. */
  | { type: 'error'; error: NeutralError };

/** True when something of the answer itself is in it: the first such event stops the clock and commits the stream. */
export function isContent(event: NeutralEvent): boolean {
  switch (event.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
    case 'tool-arguments':
      return event.text !== '';
    case 'tool-call':
      return true;
    default:
      return false;
  }
}
