// The one line that moves while the demo runs. On a terminal it is rewritten in place; elsewhere a line comes now and then.
import type { Books } from './books.ts';
import { dollars, milliseconds } from './result.ts';

export interface ProgressOptions {
  write: (text: string) => void;
  terminal: boolean;
  now: () => number;
  /** Least time between two lines where there is no terminal, milliseconds. */
  everyMs: number;
}

export interface Progress {
  show(sent: number, books: Books | null): void;
  /** Something else is about to be written: ends the moving line. */
  clear(): void;
}

export function createProgress({ write, terminal, now, everyMs }: ProgressOptions): Progress {
  let last = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    show: (sent, books) => {
      if (!terminal && now() - last < everyMs) return;
      last = now();
      const line = [
        `sent ${sent}`,
        `recorded ${books?.recorded ?? '…'}`,
        `spend ${books ? dollars(books.costUsd) : '…'}`,
        `p95 ${books ? milliseconds(books.p95Ms) : '…'}`,
      ].join(' · ');
      write(terminal ? `\r\u001b[2K  ${line}` : `  ${line}\n`);
      shown = terminal;
    },
    clear: () => {
      if (shown) write('\r\u001b[2K');
      shown = false;
    },
  };
}
