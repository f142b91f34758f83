// Walks JSON text without parsing it into objects: string and number literals are replaced where they stand and every
// other byte stays, so that large numbers, repeated keys, `__proto__` and 10 000 levels of nesting are all harmless.
import { digits, endOfRun } from './character-runs.ts';

export interface LiteralVisitor {
  /** The decoded string and the key it lies under (empty for keys and at the top). Returns it, or what replaces it. */
  string(value: string, name: string): string;
  /** Returns JSON text to put in its place, or null to leave it. */
  number(literal: string, name: string): string | null;
  /** The undecoded rest of a string literal that has no end. */
  unfinished(raw: string, name: string): string;
  /** Whether a text that was split over tokens holds something to mask. */
  hits(joined: string): boolean;
}

export interface Walked {
  /** `cut`: JSON as far as it goes. `not-json`: `text` is meaningless. */
  outcome: 'whole' | 'cut' | 'not-json';
  text: string;
}

interface Frame {
  array: boolean;
  start: number;
  /** Key under which the container lies, and the key read last inside it. */
  name: string;
  key: string;
  /** Token strings of a log-probability list, in order. */
  tokens: string[];
  /** Replace the whole container by null when it closes. */
  drop: boolean;
}

interface Replacement {
  start: number;
  end: number;
  text: string;
}

const numberTail = /(?:\.\d{1,400})?(?:[eE][+-]?\d{1,400})?/y;
const word = /true|false|null/y;
/** Alternatives for one position are no text to be read in order. */
const alternatives = new Set(['top_logprobs', 'candidates']);

class JsonWalk {
  readonly #text: string;
  readonly #visitor: LiteralVisitor;
  readonly #frames: Frame[] = [];
  readonly #replacements: Replacement[] = [];
  #at = 0;
  #afterValue = false;
  #end: number;

  constructor(text: string, visitor: LiteralVisitor) {
    this.#text = text;
    this.#visitor = visitor;
    this.#end = text.length;
  }

  run(): Walked {
    while (true) {
      this.#skipSpace();
      if (this.#at >= this.#text.length) break;
      if (!this.#step(this.#text[this.#at]!)) return { outcome: 'not-json', text: this.#text };
    }
    const cut = this.#frames.length > 0 || !this.#afterValue;
    if (cut) this.#dropOpenTokens();
    return { outcome: cut ? 'cut' : 'whole', text: this.#output() };
  }

  get #top(): Frame | undefined {
    return this.#frames.at(-1);
  }

  #skipSpace() {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  }

  /** One token. False where the text is not JSON. */
  #step(sign: string): boolean {
    if (sign === ',' || sign === ']' || sign === '}') return this.#punctuation(sign);
    if (this.#afterValue) return false;
    if (sign === '"') return this.#string();
    if (sign === '{' || sign === '[') return this.#open(sign === '[');
    return sign === '-' || (sign >= '0' && sign <= '9') ? this.#number() : this.#word();
  }

  #punctuation(sign: string): boolean {
    const top = this.#top;
    if (top === undefined) return false;
    this.#at++;
    if (sign === ',') {
      if (!this.#afterValue) return false;
      this.#afterValue = false;
      return true;
    }
    if (top.array !== (sign === ']')) return false;
    this.#close(top);
    this.#afterValue = true;
    return true;
  }

  #open(array: boolean): boolean {
    const name = this.#name();
    this.#frames.push({ array, start: this.#at, name, key: array ? name : '', tokens: [], drop: false });
    this.#at++;
    return true;
  }

  #name(): string {
    return this.#top?.key ?? '';
  }

  #close(frame: Frame) {
    this.#frames.pop();
    if (frame.tokens.length > 1 && this.#visitor.hits(frame.tokens.join(''))) {
      const parent = this.#top;
      if (parent !== undefined && !parent.array && /logprobs/i.test(parent.name)) parent.drop = true;
      else frame.drop = true;
    }
    if (frame.drop) this.#replaceAll(frame.start, this.#at);
  }

  #replaceAll(start: number, end: number) {
    while ((this.#replacements.at(-1)?.start ?? -1) >= start) this.#replacements.pop();
    this.#replacements.push({ start, end, text: 'null' });
  }

  #closingQuote(from: number): number {
    for (let quote = this.#text.indexOf('"', from); quote >= 0; quote = this.#text.indexOf('"', quote + 1)) {
      let backslashes = 0;
      while (quote - 1 - backslashes >= from && this.#text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++;
      if (backslashes % 2 === 0) return quote;
    }
    return -1;
  }

  #string(): boolean {
    const start = this.#at + 1;
    const quote = this.#closingQuote(start);
    if (quote < 0) return this.#unfinishedString(start);
    const raw = this.#text.slice(start, quote);
    let value = raw;
    if (raw.includes('\\')) {
      try {
        value = JSON.parse(`"${raw}"`) as string;
      } catch {
        return false;
      }
    }
    this.#at = quote + 1;
    this.#skipSpace();
    const top = this.#top;
    const isKey = top !== undefined && !top.array && this.#text[this.#at] === ':';
    const redacted = this.#visitor.string(value, isKey ? '' : this.#name());
    if (redacted !== value)
      this.#replacements.push({ start: start - 1, end: quote + 1, text: JSON.stringify(redacted) });
    if (isKey) {
      top.key = value;
      this.#at++;
      return true;
    }
    this.#keepToken(value, top);
    this.#afterValue = true;
    return true;
  }

  #unfinishedString(start: number): boolean {
    const kept = this.#visitor.unfinished(this.#text.slice(start), this.#name());
    this.#replacements.push({ start, end: this.#text.length, text: kept });
    this.#at = this.#text.length;
    return true;
  }

  /** Log probabilities spell the answer once more, token by token: `[{token}]`, or `tokens: [text]` in the old form. */
  #keepToken(value: string, top: Frame | undefined) {
    if (top === undefined) return;
    if (top.array) {
      if (top.name === 'tokens') top.tokens.push(value);
      return;
    }
    const list = top.key === 'token' ? this.#frames.at(-2) : undefined;
    if (list?.array && !alternatives.has(list.name)) list.tokens.push(value);
  }

  #number(): boolean {
    const first = this.#text[this.#at] === '-' ? this.#at + 1 : this.#at;
    const whole = endOfRun(this.#text, first, digits);
    if (whole === first && whole < this.#text.length) return false;
    numberTail.lastIndex = whole;
    const end = whole + numberTail.exec(this.#text)![0].length;
    const literal = this.#text.slice(this.#at, end);
    // A number that touches the end may be the first half of one.
    if (end === this.#text.length) this.#end = this.#at;
    const redacted = this.#visitor.number(literal, this.#name());
    if (redacted !== null) this.#replacements.push({ start: this.#at, end, text: redacted });
    this.#at = end;
    this.#afterValue = true;
    return true;
  }

  #word(): boolean {
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0];
    const rest = this.#text.slice(this.#at, this.#at + 5);
    const isHalf = found === undefined && ['true', 'false', 'null'].some((whole) => whole.startsWith(rest));
    if (found === undefined && !(isHalf && this.#at + rest.length === this.#text.length)) return false;
    this.#at += found?.length ?? rest.length;
    this.#afterValue = true;
    return true;
  }

  /** The cut went through a token list: its tokens so far may already spell something. */
  #dropOpenTokens() {
    const open = this.#frames.find(
      (frame) => frame.drop || (frame.tokens.length > 1 && this.#visitor.hits(frame.tokens.join(''))),
    );
    if (open !== undefined) this.#replaceAll(open.start, this.#text.length);
  }

  #output(): string {
    const cutNumber = this.#frames.length > 0 ? this.#end : this.#text.length;
    if (this.#replacements.length === 0 && cutNumber === this.#text.length) return this.#text;
    const parts: string[] = [];
    let from = 0;
    for (const { start, end, text } of this.#replacements) {
      if (start >= cutNumber) break;
      parts.push(this.#text.slice(from, start), text);
      from = end;
    }
    parts.push(this.#text.slice(from, cutNumber));
    return parts.join('');
  }
}

/** True for text that could be a JSON object, array or string; cheap. */
export const looksLikeJson = (text: string): boolean => /^\s{0,64}[{["]/.test(text);

/** Linear in the length of `text`; does not recurse. */
export const walkJson = (text: string, visitor: LiteralVisitor): Walked => new JsonWalk(text, visitor).run();
