// Keeps what an attempt has to show to the record until it is known that this attempt is the one that counts.
import type { ExchangeTap } from '../../tap/recorder.ts';

export class HeldTap implements ExchangeTap {
  readonly #tap: ExchangeTap;
  #held: (() => void)[] | null = [];

  constructor(tap: ExchangeTap) {
    this.#tap = tap;
  }

  /** From here on the record sees everything as it comes. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const show of held) show();
  }

  requestBytes(bytes: Uint8Array): void {
    this.#tap.requestBytes(bytes);
  }

  responseHead(...head: Parameters<ExchangeTap['responseHead']>): void {
    this.#show(() => this.#tap.responseHead(...head));
  }

  responseBytes(bytes: Uint8Array, atMs: number): void {
    if (this.#held) bytes = Buffer.from(bytes);
    this.#show(() => this.#tap.responseBytes(bytes, atMs));
  }

  close: ExchangeTap['close'] = (end) => this.#tap.close(end);

  #show(show: () => void): void {
    if (this.#held) this.#held.push(show);
    else show();
  }
}
