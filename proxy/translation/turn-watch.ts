// Listens to an answer for what has to come back with the next turn.
import type { NeutralEvent } from '../dialects/neutral/event.ts';
import type { ReasoningPart, Seal } from '../dialects/neutral/request.ts';
import type { CallTurn } from './keepsakes.ts';

export class TurnWatch {
  readonly #thoughts = new Map<string, ReasoningPart>();
  readonly #calls = new Map<string, Seal | null>();

  event(event: NeutralEvent): void {
    // Only the first answer can be answered to.
    if (!('choice' in event) || event.choice !== 0) return;
    if (event.type === 'reasoning') this.#thought(event.block).text += event.text;
    else if (event.type === 'reasoning-seal') this.#seal(event.block, event.seal);
    else if (event.type === 'tool-call' && event.id !== '') this.#calls.set(event.id, event.seal);
  }

  /** Null when no tool was called: nothing has to come back then. */
  turn(): CallTurn | null {
    return this.#calls.size === 0 ? null : { reasoning: [...this.#thoughts.values()], calls: this.#calls };
  }

  #thought(block: number): ReasoningPart {
    const key = String(block);
    const known = this.#thoughts.get(key);
    if (known) return known;
    const begun: ReasoningPart = { type: 'reasoning', text: '', seal: null };
    this.#thoughts.set(key, begun);
    return begun;
  }

  /** A second seal on one block (a summary and its signature) stands as a thought of its own. */
  #seal(block: number, seal: Seal): void {
    const thought = this.#thought(block);
    if (thought.seal === null) thought.seal = seal;
    else this.#thoughts.set(`${block}+${this.#thoughts.size}`, { type: 'reasoning', text: '', seal });
  }
}
