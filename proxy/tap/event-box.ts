// Keeps events on the main thread until the recording worker says that they are on disk: a worker that dies, or a disk
// that is full for a while, costs none. Sent twice is no harm, because an event is known by its id.
import type { NewEvent } from '../../contract/event.ts';
import type { EventReceipt } from './worker-messages.ts';

export interface EventBoxOptions {
  send(event: NewEvent): void;
  onProblem(message: string): void;
  /** Events kept at the same time; beyond, the oldest is given up. */
  most?: number;
  againAfterMs?: number;
}

export class EventBox {
  readonly #options: EventBoxOptions;
  readonly #waiting = new Map<string, NewEvent>();
  readonly #refused = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #told = false;

  constructor(options: EventBoxOptions) {
    this.#options = options;
  }

  add(event: NewEvent): void {
    this.#waiting.set(event.id, event);
    this.#makeRoom();
    this.#options.send(event);
  }

  receive({ written, refused }: EventReceipt): void {
    for (const id of written) this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#told = false;
    for (const id of refused) this.#refused.add(id);
    if (refused.length === 0 || this.#timer) return;
    this.#timer = setTimeout(() => this.#retry(), this.#options.againAfterMs ?? 1000).unref();
  }

  /** A new worker knows nothing of what its predecessor had in hand. */
  sendAgain(): void {
    for (const event of this.#waiting.values()) this.#options.send(event);
  }

  #retry(): void {
    this.#timer = null;
    const again = [...this.#refused];
    this.#refused.clear();
    for (const id of again) {
      const event = this.#waiting.get(id);
      if (event) this.#options.send(event);
    }
  }

  #makeRoom(): void {
    const { most = 10_000, onProblem } = this.#options;
    if (this.#waiting.size <= most) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
    if (!this.#told) {
      onProblem(`More than ${most} events wait to be recorded: the oldest are given up. Make room on the disk.`);
    }
    this.#told = true;
  }
}
