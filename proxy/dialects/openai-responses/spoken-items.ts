// The output items of a response and how much of each has been told, so that an item that is stated again tells only what
// is new. Tools that the provider runs itself (web search, MCP, code interpreter) are not calls the application answers.
import type { NeutralEvent } from '../neutral/event.ts';
import { argumentsText, asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';

/** Where a text stands in its item. Of thoughts, some providers give the summary, some the whole, some both. */
export type Kind = 'text' | 'refusal' | 'summary' | 'thought';

interface Item {
  index: number;
  id: string;
  type: string;
  /** Number of its thought and of its call; null while it has none. */
  block: number | null;
  call: number | null;
  sealed: boolean;
  /** Which of the two tells its thought: the one that came first. */
  thinking: Kind | null;
  /** What has been told of each part, by kind and position, and of the arguments. */
  told: Map<string, string>;
}

export class SpokenItems {
  readonly #say: (event: NeutralEvent) => void;
  readonly #items: Item[] = [];
  #blocks = 0;
  #calls = 0;

  constructor(say: (event: NeutralEvent) => void) {
    this.#say = say;
  }

  get calledTools(): boolean {
    return this.#calls > 0;
  }

  begin(index: number, stated: JsonObject): void {
    const id = asText(stated.id);
    const known = this.#items.findLast((item) => item.index === index);
    const sameItem = known !== undefined && (known.id === '' || id === '' || known.id === id);
    this.#state(sameItem ? known : this.#open(index), stated);
  }

  /** The item is complete. Only now its encrypted content is final: at its beginning it holds another one. */
  finish(index: number, stated: JsonObject): void {
    const item = this.#known(index, stated) ?? this.#open(index);
    this.#state(item, stated);
    const value = asText(stated.encrypted_content);
    if (item.type !== 'reasoning' || value === '' || item.sealed) return;
    item.sealed = true;
    const seal = { origin: 'openai', kind: 'encrypted', value, id: asText(stated.id) } as const;
    this.#say({ type: 'reasoning-seal', choice: 0, block: this.#block(item), seal });
  }

  add(index: number, kind: Kind, position: number, piece: string): void {
    this.#tell(this.#at(index), kind, position, piece);
  }

  addArguments(index: number, piece: string): void {
    this.#tellArguments(this.#at(index), piece);
  }

  #at(index: number): Item {
    return this.#items.findLast((item) => item.index === index) ?? this.#open(index);
  }

  /** By id; by place where the finished response gives its items other ids than the stream did. */
  #known(index: number, stated: JsonObject): Item | undefined {
    const id = asText(stated.id);
    const byId = id === '' ? undefined : this.#items.find((item) => item.id === id);
    const fits = (item: Item): boolean => item.type === '' || item.type === stated.type;
    return byId ?? this.#items.findLast((item) => item.index === index && fits(item));
  }

  #open(index: number): Item {
    const fresh = { block: null, call: null, sealed: false, thinking: null };
    const item: Item = { index, id: '', type: '', ...fresh, told: new Map() };
    this.#items.push(item);
    return item;
  }

  #block(item: Item): number {
    item.block ??= this.#blocks++;
    return item.block;
  }

  #state(item: Item, stated: JsonObject): void {
    item.type = asText(stated.type);
    item.id ||= asText(stated.id);
    if (item.type === 'function_call' || item.type === 'custom_tool_call') this.#stateCall(item, stated);
    objectsIn(stated.summary).forEach((part, at) => {
      this.#stateText(item, 'summary', at, asText(part.text));
    });
    objectsIn(stated.content).forEach((part, at) => {
      this.#stateText(item, kindOf(part), at, asText(part.refusal) || asText(part.text));
    });
  }

  #stateCall(item: Item, stated: JsonObject): void {
    if (item.call === null) {
      item.call = this.#calls++;
      const named = { id: asText(stated.call_id), name: asText(stated.name), seal: null };
      this.#say({ type: 'tool-call', choice: 0, call: item.call, ...named });
    }
    const full = argumentsText(stated.arguments ?? stated.input, '');
    this.#tellArguments(item, untold(item.told.get('arguments'), full));
  }

  #stateText(item: Item, kind: Kind, position: number, full: string): void {
    this.#tell(item, kind, position, untold(item.told.get(kind + position), full));
  }

  #tell(item: Item, kind: Kind, position: number, piece: string): void {
    if (piece === '') return;
    const thinking = kind === 'summary' || kind === 'thought';
    if (thinking && item.thinking !== null && item.thinking !== kind) return;
    const key = kind + position;
    const before = item.told.get(key);
    item.told.set(key, before === undefined ? piece : before + piece);
    if (!thinking) {
      this.#say({ type: kind, choice: 0, text: piece });
      return;
    }
    // All parts of an item are one thought, because one seal covers them.
    const text = before === undefined && item.thinking !== null ? `\n\n${piece}` : piece;
    item.thinking = kind;
    this.#say({ type: 'reasoning', choice: 0, block: this.#block(item), text });
  }

  #tellArguments(item: Item, piece: string): void {
    // Without a call nobody knows whose arguments they are; the finished item will state them again.
    if (item.call === null || piece === '') return;
    item.told.set('arguments', (item.told.get('arguments') ?? '') + piece);
    this.#say({ type: 'tool-arguments', choice: 0, call: item.call, text: piece });
  }
}

/** What of a full text is still to be told. A text that contradicts what was told cannot be taken back. */
function untold(told: string | undefined, full: string): string {
  if (told === undefined) return full;
  return full.startsWith(told) ? full.slice(told.length) : '';
}

function kindOf(part: JsonObject): Kind {
  if (part.type === 'refusal') return 'refusal';
  return part.type === 'reasoning_text' ? 'thought' : 'text';
}
