// What a pump is told of the answer that it carries, and whom it asks about it.
import type { ContinuableStream } from './continuation/continuable-stream.ts';
import type { Ending, Relayed } from './ending.ts';
import type { ContentGate } from './observe/content-gate.ts';
import type { Outlet } from './outlet.ts';
import type { TurnListener } from './translation/turn-listener.ts';
import type { Unanswered } from './unanswered.ts';

export interface PumpOptions {
  streams: boolean;
  hides: boolean;
  /** Of the body as declared; NaN when unknown. */
  length: number;
  encoding: string;
  outlet: Outlet;
  /** Says when a stream has begun to answer; null: nobody asks, or nobody can tell. */
  gate: ContentGate | null;
  /** What is wrong with a whole body although its status is good; asked while it can still be taken back. */
  complaintIn(body: Buffer): Pick<Unanswered, 'error' | 'failure'> | null;
  /** Listens in for what has to come back with the next turn; null: nothing has. */
  listener: TurnListener | null;
  /** Keeps back what the client must not see where somebody else goes on with the answer; null: nobody does. */
  continuable: ContinuableStream | null;
  /** True: somebody may go on, so nothing is said yet; `say` does it later. */
  brokeOff(ending: Ending, say: () => void): boolean;
  /** Called once. */
  done(relayed: Relayed): void;
}
