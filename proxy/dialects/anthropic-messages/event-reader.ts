// Reads answers of /v1/messages, streamed or whole, into neutral events. Tools that Anthropic runs itself (server_tool_use,
// mcp_tool_use and their results) are not calls the application has to answer; their blocks are passed over.
// Bedrock's invoke stream carries the same events; what it adds to the last one is not read.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { readError } from '../reading/read-error.ts';
import { finishOf } from './stop-reasons.ts';
import { anthropicUsage, mergeUsage } from './usage.ts';

interface Block {
  /** '' for a block whose beginning never came. */
  type: string;
  call: number;
  /** Of the beginning of a tool_use; fragments replace it. */
  input: unknown;
  spoke: boolean;
}

const nothing: readonly NeutralEvent[] = [];

export class AnthropicEventReader implements EventReader {
  readonly #blocks = new Map<number, Block>();
  #out: NeutralEvent[] = [];
  #began = false;
  #calls = 0;
  #usage: JsonObject | null = null;

  /** `data:` lines end in random spaces now and then, which JSON.parse does not mind. */
  event(event: StreamEvent): readonly NeutralEvent[] {
    const data = parseObject(event.data);
    if (data === null) return nothing;
    this.#read(asText(data.type) || event.name, data);
    return this.#taken();
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    if (body?.type === 'message') this.#message(body);
    else if (readError(json) !== null) this.#out.push({ type: 'error', error: neutralError(json, null) });
    return this.#taken();
  }

  end(): readonly NeutralEvent[] {
    for (const index of [...this.#blocks.keys()]) this.#stop(index);
    return this.#taken();
  }

  #read(type: string, data: JsonObject): void {
    switch (type) {
      case 'message_start':
        this.#message(asObject(data.message) ?? {});
        return;
      case 'content_block_start':
        this.#start(position(data.index), asObject(data.content_block) ?? {});
        return;
      case 'content_block_delta':
        this.#extend(position(data.index), asObject(data.delta) ?? {});
        return;
      case 'content_block_stop':
        this.#stop(position(data.index));
        return;
      case 'message_delta':
        this.#finish(asObject(data.delta) ?? {});
        this.#tellUsage(data.usage);
        return;
      case 'error':
        this.#out.push({ type: 'error', error: neutralError(data, null) });
        return;
      default:
        if (asObject(data.error) !== null) this.#out.push({ type: 'error', error: neutralError(data, null) });
    }
  }

  #message(message: JsonObject): void {
    this.#begin(asText(message.id), asText(message.model));
    this.#tellUsage(message.usage);
    const blocks = objectsIn(message.content);
    for (const [index, block] of blocks.entries()) {
      this.#start(index, block);
      this.#stop(index);
    }
    this.#finish(message);
  }

  #begin(id: string, model: string): void {
    if (this.#began) return;
    this.#began = true;
    this.#out.push({ type: 'start', id, model });
  }

  #start(index: number, block: JsonObject): void {
    this.#begin('', '');
    this.#stop(index);
    const started = { type: asText(block.type), call: 0, input: block.input, spoke: false };
    this.#blocks.set(index, started);
    if (started.type === 'tool_use') {
      started.call = this.#calls++;
      const { call } = started;
      this.#out.push({
        type: 'tool-call',
        choice: 0,
        call,
        id: asText(block.id),
        name: asText(block.name),
        seal: null,
      });
    } else if (started.type === 'redacted_thinking') {
      this.#seal(index, 'redacted', asText(block.data));
    } else {
      this.#extend(index, block);
    }
  }

  #extend(index: number, delta: JsonObject): void {
    if (!this.#blocks.has(index)) this.#start(index, {});
    const block = this.#blocks.get(index) as Block;
    const [text, thinking, json] = [asText(delta.text), asText(delta.thinking), asText(delta.partial_json)];
    if (text !== '' && (block.type === 'text' || block.type === '')) this.#out.push({ type: 'text', choice: 0, text });
    if (thinking !== '') this.#out.push({ type: 'reasoning', choice: 0, block: index, text: thinking });
    this.#seal(index, 'signature', asText(delta.signature));
    // The first piece is always "".
    if (json !== '' && block.type === 'tool_use') this.#arguments(block, json);
  }

  #stop(index: number): void {
    const block = this.#blocks.get(index);
    if (block === undefined) return;
    this.#blocks.delete(index);
    if (block.type === 'tool_use' && !block.spoke) this.#arguments(block, JSON.stringify(block.input ?? {}));
  }

  #arguments(block: Block, text: string): void {
    block.spoke = true;
    this.#out.push({ type: 'tool-arguments', choice: 0, call: block.call, text });
  }

  #seal(index: number, kind: 'signature' | 'redacted', value: string): void {
    if (value === '') return;
    this.#out.push({
      type: 'reasoning-seal',
      choice: 0,
      block: index,
      seal: { origin: 'anthropic', kind, value, id: '' },
    });
  }

  #finish(message: JsonObject): void {
    const finish = finishOf(message.stop_reason);
    if (finish === null) return;
    this.#out.push({ type: 'finish', choice: 0, finish, stopSequence: asText(message.stop_sequence) });
  }

  #tellUsage(newer: unknown): void {
    if (asObject(newer) === null) return;
    this.#usage = mergeUsage(this.#usage, newer);
    this.#out.push({ type: 'usage', usage: anthropicUsage(this.#usage), reportedCost: null });
  }

  #taken(): readonly NeutralEvent[] {
    const out = this.#out;
    if (out.length === 0) return nothing;
    this.#out = [];
    return out;
  }
}

function position(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
