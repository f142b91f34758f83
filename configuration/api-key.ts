// A provider's key in the memory of a process. Whatever prints, serialises or inspects what holds it sees three stars; only
// whoever asks for the text by name gets it, on the way into a request's headers.
import { inspect } from 'node:util';

export class ApiKey {
  /** Tells the keys of one provider apart: its place in the configuration, or its id in the vault. */
  readonly name: string;
  readonly #text: string;
  /** Requests it has gone out with. */
  uses = 0;

  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
