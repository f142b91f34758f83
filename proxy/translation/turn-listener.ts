// Listens in on an answer that passes as it came, for what its provider will want back with the next turn.
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import type { NeutralEvent } from '../dialects/neutral/event.ts';
import { eventSplitterFor } from '../observe/event-splitter.ts';
import type { CallTurn } from './keepsakes.ts';
import { TurnWatch } from './turn-watch.ts';

export interface TurnListener {
  push(bytes: Buffer): void;
  /** Null when no tool was called. Never throws. */
  end(): CallTurn | null;
}

/** Null where nobody here can read this answer as it passes. */
export function createTurnListener(dialect: DialectName, contentType: string, encoding: string): TurnListener | null {
  const reader = dialects[dialect].provider?.eventReader();
  if (!reader || (encoding !== '' && encoding !== 'identity')) return null;
  const splitter = eventSplitterFor(contentType);
  const watch = new TurnWatch();
  const parts: Buffer[] = [];
  const take = (events: readonly NeutralEvent[]): void => {
    for (const event of events) watch.event(event);
  };
  return {
    push(bytes) {
      if (splitter) for (const event of splitter.push(bytes)) take(reader.event(event));
      else parts.push(Buffer.from(bytes));
    },
    end() {
      try {
        if (!splitter) take(reader.whole(JSON.parse(Buffer.concat(parts).toString())));
        take(reader.end());
      } catch {
        // An answer that is no JSON asks for nothing back.
      }
      return watch.turn();
    },
  };
}
