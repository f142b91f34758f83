// Reads answers of Converse, streamed or whole. Tools that Bedrock runs itself (server_tool_use and their results) are nothing
// the application has to answer. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { argumentsText, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { bedrockFinish } from './finish.ts';
import { sealsIn } from './seals.ts';
import { bedrockUsage } from './usage.ts';

interface Call {
  /** Our number; null for a tool that Bedrock runs itself. */
  number: number | null;
  bare: boolean;
}

export class BedrockEventReader implements EventReader {
  #began = false;
  /** Calls by the position of their block. */
  readonly #calls = new Map<number, Call>();
  #made = 0;
  #events: NeutralEvent[] = [];

  event(event: StreamEvent): readonly NeutralEvent[] {
    const data = parseObject(event.data);
    if (data === null) return [];
    const index = typeof data.contentBlockIndex === 'number' ? data.contentBlockIndex : 0;
    switch (event.name) {
      case 'messageStart':
        this.#start();
        break;
      case 'contentBlockStart':
        this.#open(index, asObject(data.start) ?? {});
        break;
      case 'contentBlockDelta':
        this.#extend(index, asObject(data.delta) ?? {});
        break;
      case 'contentBlockStop':
        this.#close(index);
        break;
      case 'messageStop':
        this.#finish(data.stopReason);
        break;
      case 'metadata':
        this.#count(data.usage);
        break;
      default:
        if (event.name === 'error' || 'error' in data) this.#fail(data);
    }
    return this.#taken();
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    const message = asObject(asObject(body?.output)?.message);
    if (body === null || message === null) this.#fail(json);
    else {
      this.#start();
      objectsIn(message.content).forEach((block, index) => {
        this.#open(index, block);
        this.#extend(index, flattened(block));
        this.#close(index);
      });
      this.#count(body.usage);
      this.#finish(body.stopReason);
    }
    return this.#taken();
  }

  end(): readonly NeutralEvent[] {
    for (const index of this.#calls.keys()) this.#close(index);
    return this.#taken();
  }

  #start(): void {
    if (!this.#began) this.#events.push({ type: 'start', id: '', model: '' });
    this.#began = true;
  }

  #open(index: number, started: JsonObject): void {
    const tool = asObject(started.toolUse);
    if (tool === null) return;
    this.#start();
    const number = tool.type === 'server_tool_use' ? null : this.#made++;
    this.#calls.set(index, { number, bare: true });
    if (number === null) return;
    const [id, name] = [asText(tool.toolUseId), asText(tool.name)];
    this.#events.push({ type: 'tool-call', choice: 0, call: number, id, name, seal: null });
  }

  #extend(index: number, delta: JsonObject): void {
    const text = asText(delta.text);
    const tool = asObject(delta.toolUse);
    const thought = asObject(delta.reasoningContent);
    if (text !== '' || thought !== null) this.#start();
    if (text !== '') this.#events.push({ type: 'text', choice: 0, text });
    if (thought !== null) this.#think(index, thought);
    if (tool !== null) this.#argue(index, argumentsText(tool.input, ''));
  }

  #think(block: number, thought: JsonObject): void {
    const text = asText(thought.text);
    if (text !== '') this.#events.push({ type: 'reasoning', choice: 0, block, text });
    for (const seal of sealsIn(thought)) this.#events.push({ type: 'reasoning-seal', choice: 0, block, seal });
  }

  #argue(index: number, text: string): void {
    const call = this.#calls.get(index);
    if (call === undefined || text === '') return;
    call.bare = false;
    if (call.number !== null) this.#events.push({ type: 'tool-arguments', choice: 0, call: call.number, text });
  }

  /** A call without arguments may stream none at all; JSON text of nothing is an empty object. */
  #close(index: number): void {
    if (this.#calls.get(index)?.bare) this.#argue(index, '{}');
  }

  #count(usage: unknown): void {
    if (asObject(usage) === null) return;
    this.#events.push({ type: 'usage', usage: bedrockUsage(usage), reportedCost: null });
  }

  #finish(reason: unknown): void {
    const finish = bedrockFinish(reason);
    if (finish !== null) this.#events.push({ type: 'finish', choice: 0, finish, stopSequence: '' });
  }

  #fail(json: unknown): void {
    const error = neutralError(json, null);
    if (error.message !== '' || error.type !== '') this.#events.push({ type: 'error', error });
  }

  #taken(): NeutralEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

/** A whole block as one delta: they differ in how deep a thought lies. */
function flattened(block: JsonObject): JsonObject {
  const thought = asObject(block.reasoningContent);
  const reasoningContent =
    thought === null ? {} : { reasoningContent: { ...thought, ...asObject(thought.reasoningText) } };
  return { ...block, ...reasoningContent };
}
