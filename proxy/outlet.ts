// What reaches the client. While another target could still answer instead, everything is held here: the answer is committed
// with its first content, or when it has been held as long as is fair; until then it can be taken back as if nobody had spoken.
import type { ServerResponse } from 'node:http';

/** `wait`: not before the end; `never`: somebody else's answer is the client's, or this one is not good enough. */
export type Permission = 'go' | 'wait' | 'never';

export interface OutletOptions {
  response: ServerResponse;
  /** Hold back until commit() or end(). */
  held: boolean;
  /** Asked when the first content has come, and again at the end; left out: go. */
  permission?(when: 'content' | 'end'): Permission;
  /** Called once, before anything leaves. */
  onCommit(status: number): void;
  /** The very end of an answer that is complete, to be sent when its record is settled. */
  onEnd(last: Buffer | null): void;
}

/** Life-cycle events are small; whoever sends more than this has begun to answer. */
const mostHeldBytes = 64 * 1024;

interface Head {
  status: number;
  headers: () => string[];
  flush: boolean;
}

export class Outlet {
  readonly #options: OutletOptions;
  #head: Head | null = null;
  #chunks: (Buffer | string)[] = [];
  #heldBytes = 0;
  #committed: boolean;
  #withdrawn = false;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#committed = !options.held;
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** What was held has been dropped, and whatever comes is dropped, too. */
  get withdrawn(): boolean {
    return this.#withdrawn;
  }

  /** `headers` are made when they leave. `flush`: the client should see the head before any of the body. */
  head(status: number, headers: () => string[], flush: boolean): void {
    this.#head = { status, headers, flush };
    if (this.#committed) this.#open();
  }

  /** False when the client wants no more until it has drained. */
  write(chunk: Buffer | string): boolean {
    if (this.#withdrawn) return true;
    if (this.#committed) return this.#options.response.write(chunk);
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    return this.#heldBytes > mostHeldBytes ? this.commit() : true;
  }

  /** The answer has begun: from now on nothing can be taken back, unless it still has to wait. */
  commit(): boolean {
    return this.#release('content');
  }

  /** The answer is complete, but for its very end, which leaves later. */
  end(last: Buffer | null): void {
    this.#release('end');
    if (!this.#withdrawn) this.#options.onEnd(last);
  }

  #release(when: 'content' | 'end'): boolean {
    if (this.#committed || this.#withdrawn) return true;
    const permission = this.#options.permission?.(when) ?? 'go';
    if (permission === 'wait') return true;
    if (permission === 'never') {
      this.#withdrawn = true;
      this.#chunks = [];
      return true;
    }
    this.#committed = true;
    this.#open();
    let wants = true;
    for (const chunk of this.#chunks.splice(0)) wants = this.#options.response.write(chunk);
    return wants;
  }

  #open(): void {
    if (!this.#head) return;
    const { status, headers, flush } = this.#head;
    const { response, onCommit } = this.#options;
    onCommit(status);
    response.writeHead(status, headers());
    if (flush) response.flushHeaders();
  }
}
