// Whether another model goes on with the answer that broke off in the client's sight, and what it needs for that. One for
// each exchange whose route asks for it.
import type { NeutralError } from '../dialects/neutral/error.ts';
import type { NeutralRequest } from '../dialects/neutral/request.ts';
import type { Ending } from '../ending.ts';
import type { ContinuableWriter } from './continuable-writer.ts';

/** An answer of which the client has a part. */
export interface Broken {
  writer: ContinuableWriter;
  /** What the provider reported inside its answer; null where it said nothing. */
  error: NeutralError | null;
  ending: Ending;
  /** Tells the client, where nobody goes on. */
  say(): void;
}

/** Failures that somebody else may not have. */
const passing = new Set<NeutralError['class']>(['overloaded', 'server', 'timeout']);

export class Continuation {
  readonly #mayGoOn: () => boolean;
  #broken: Broken | null = null;

  /** `mayGoOn`: somebody is left who could be asked. */
  constructor(mayGoOn: () => boolean) {
    this.#mayGoOn = mayGoOn;
  }

  /** True: the client need not be told yet. */
  broke(broken: Broken): boolean {
    const { writer, error } = broken;
    if (writer.words === null || (error && !passing.has(error.class)) || !this.#mayGoOn()) return false;
    this.#broken = broken;
    return true;
  }

  /** What broke off and has not been taken yet. */
  take(): Broken | null {
    const broken = this.#broken;
    this.#broken = null;
    return broken;
  }
}

const instruction =
  'Your answer was cut off. Go on exactly where it stopped: begin with the very next character, repeat nothing, and say ' +
  'nothing about the interruption.';

/**
 * The conversation with the words so far as the assistant's. A user's turn stands behind them, since an assistant's turn at
 * the end means "go on" only to some: Claude from 4.6 on refuses it (400, platform.claude.com, what's new in 4.6), and OpenAI's
 * models begin another answer.
 */
export function requestToGoOn(request: NeutralRequest, words: string): NeutralRequest {
  const said = (role: 'assistant' | 'user', text: string): NeutralRequest['messages'][number] => ({
    ...{ role, content: [{ type: 'text', text }], name: '' },
  });
  return { ...request, messages: [...request.messages, said('assistant', words), said('user', instruction)] };
}
