// Ids of tool calls on their way to Anthropic, which takes letters, digits, _ and - alone and no id twice; other providers
// make ids like "functions.add:0", the same ones again in every turn, or none. Keeps calls and their results together.

interface OpenCall {
  id: string;
  written: string;
}

export class CallIds {
  readonly #used = new Set<string>();
  #open: OpenCall[] = [];

  /** The id under which this call is written. */
  call(id: string): string {
    const plain = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'call';
    let written = plain;
    for (let count = 2; this.#used.has(written); count++) written = `${plain}_${count}`;
    this.#used.add(written);
    this.#open.push({ id, written });
    return written;
  }

  /** The id under which the answered call was written; null when no call of that id waits. */
  result(id: string): string | null {
    const at = this.#open.findIndex((call) => call.id === id);
    return at === -1 ? null : (this.#open.splice(at, 1)[0]?.written ?? null);
  }

  /** Calls without a result so far. */
  get unanswered(): string[] {
    return this.#open.map((call) => call.id);
  }
}
