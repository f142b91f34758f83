// What an app asks in one turn and what it gets back, the same for every SDK. Each ask-*.ts turns it into its SDK's calls.
import type { Task, TaskTool } from './task.ts';

export type Message =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string }
  | { role: 'call'; call: ToolCall }
  | { role: 'result'; call: ToolCall; json: string };

export interface ToolCall {
  id: string;
  name: string;
  /** JSON text. */
  arguments: string;
  /** What the SDK gave, to be sent back unchanged (Gemini's thought signature); null where nothing is needed. */
  raw: unknown;
}

export interface Turn {
  task: Task;
  model: string;
  messages: readonly Message[];
  tool: TaskTool | null;
  stream: boolean;
  /** The client hangs up after this many pieces of a stream; null: it listens to the end. */
  hangUpAfter: number | null;
  /** x-sightline-* headers. */
  headers: Record<string, string>;
  signal: AbortSignal;
}

export interface Reply {
  text: string;
  toolCall: ToolCall | null;
}

/** Asks over one SDK. Rejects with the SDK's own errors. */
export type AskModel = (turn: Turn) => Promise<Reply>;

/** Collects pieces of a stream; `add` returns false when it is time to hang up. */
export function createCollector(hangUpAfter: number | null): { text(): string; add(piece: string): boolean } {
  const pieces: string[] = [];
  return {
    text: () => pieces.join(''),
    add: (piece) => {
      if (piece !== '') pieces.push(piece);
      return hangUpAfter === null || pieces.length < hangUpAfter;
    },
  };
}
