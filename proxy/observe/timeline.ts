// When the bytes of an answer came, in at most 200 steps however long it is.
import type { TimelineStep } from '../../contract/exchange.ts';

const maximumSteps = 200;

export class Timeline {
  #steps: TimelineStep[] = [];

  /** `atMs`: milliseconds after the exchange started; `bytes` on the wire; `events` completed by them. */
  add(atMs: number, bytes: number, events: number): void {
    const at = Math.max(0, Math.round(atMs));
    const last = this.#steps.at(-1);
    if (last !== undefined && last[0] === at) {
      last[1] += bytes;
      last[2] += events;
      return;
    }
    this.#steps.push([at, bytes, events]);
    if (this.#steps.length > maximumSteps) this.#halve();
  }

  /** Each step stands at the time of its first bytes. */
  steps(): TimelineStep[] {
    return this.#steps.map((step) => [...step]);
  }

  /** Two neighbours become one; the very first bytes keep their own step, because everyone looks at them. */
  #halve(): void {
    const [first, ...rest] = this.#steps;
    if (first === undefined) return;
    const merged: TimelineStep[] = [first];
    for (let position = 0; position < rest.length; position += 2) {
      const left = rest[position] as TimelineStep;
      const right = rest[position + 1];
      merged.push(right === undefined ? left : [left[0], left[1] + right[1], left[2] + right[2]]);
    }
    this.#steps = merged;
  }
}
