// What reaches the client. While another target could still answer instead, everything is held here: the answer is committed
// with its first content, or when it has been held as long as is fair; until then it can be taken back as if nobody had spoken.
import type { ServerResponse } from 'node:http';

/** `wait`: not before the end; `never`: somebody else's answer is the client's, or this one is not good enough. */
export type Permission = 'go' | 'wait' | 'never';

export interface OutletOptions {
  response: Pick<ServerResponse, 'writeHead' | 'flushHeaders' | 'write'>;
  /** Hold back until commit() or end(). */
  held: boolean;
  /** Asked when the first content has come, and again at the end; left out: go. */
  permission?(when: 'content' | 'end'): Permission;
  /** Called once, before anything leaves. */
  onCommit(status: number): void;
  /** The very end of an answer that is complete, to be sent when its record is settled. */
  onEnd(last: Buffer | null): void;
}

export interface OutletHead {
  status: number;
  /** Made when they leave. */
  headers(): string[];
  /** The client should see the head before any of the body. */
  flush: boolean;
  /** A part of the body is of no use, so it may as well be held until it is whole. */
  whole: boolean;
}

/** Life-cycle events are small; whoever sends more than this has begun to answer. */
const mostHeldBytes = 64 * 1024;
const mostHeldWholeBytes = 1024 * 1024;
/** What has to wait for its end may become this long; more is never let out. */
const mostWaitingBytes = 16 * 1024 * 1024;

export class Outlet {
  readonly held: boolean;
  readonly #options: OutletOptions;
  #head: OutletHead | null = null;
  #chunks: (Buffer | string)[] = [];
  #heldBytes = 0;
  #committed: boolean;
  #withdrawn = false;
  #complete: { last: Buffer | null } | null = null;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.held = options.held;
    this.#committed = !options.held;
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** What was held does not leave, and whatever comes is dropped, too. */
  get withdrawn(): boolean {
    return this.#withdrawn;
  }

  head(head: OutletHead): void {
    this.#head = head;
    if (this.#committed) this.#open();
  }

  /** False when the client wants no more until it has drained. */
  write(chunk: Buffer | string): boolean {
    if (this.#withdrawn) return true;
    if (this.#committed) return this.#options.response.write(chunk);
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > mostWaitingBytes) this.#withdraw();
    return this.#heldBytes > (this.#head?.whole ? mostHeldWholeBytes : mostHeldBytes) ? this.commit() : true;
  }

  /** What is held so far, in one piece. */
  heldBody(): Buffer {
    return Buffer.concat(this.#chunks.map((chunk) => Buffer.from(chunk)));
  }

  /** The answer has begun: from now on nothing can be taken back, unless it still has to wait. */
  commit(): boolean {
    return this.#release('content');
  }

  /** The answer is complete, but for its very end, which leaves later. */
  end(last: Buffer | null): void {
    if (!this.#withdrawn) this.#complete = { last };
    this.#release('end');
    if (!this.#withdrawn) this.#options.onEnd(last);
  }

  /** A complete answer that was kept back leaves after all; false when there is none. */
  letOut(): boolean {
    if (!this.#complete || !this.#withdrawn) return false;
    this.#withdrawn = false;
    this.#open();
    this.#pour();
    this.#options.onEnd(this.#complete.last);
    return true;
  }

  #release(when: 'content' | 'end'): boolean {
    if (this.#committed || this.#withdrawn) return true;
    const permission = this.#options.permission?.(when) ?? 'go';
    if (permission === 'wait') return true;
    if (permission === 'never') {
      if (when === 'content') this.#withdraw();
      this.#withdrawn = true;
      return true;
    }
    this.#open();
    return this.#pour();
  }

  #withdraw(): void {
    this.#withdrawn = true;
    this.#chunks = [];
  }

  #open(): void {
    this.#committed = true;
    if (!this.#head) return;
    const { status, headers, flush } = this.#head;
    const { response, onCommit } = this.#options;
    onCommit(status);
    response.writeHead(status, headers());
    if (flush) response.flushHeaders();
  }

  #pour(): boolean {
    let wants = true;
    for (const chunk of this.#chunks.splice(0)) wants = this.#options.response.write(chunk);
    return wants;
  }
}
