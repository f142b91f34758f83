// Reads answers of Cohere: /v2/chat streamed or whole, /v1/chat whole. The plan that precedes tool calls is a thought.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { argumentsText, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { cohereFinish } from './finish.ts';
import { cohereBilled, cohereUsage } from './usage.ts';

/** The block of the plan; thoughts among the content come after it, each under the position of its content. */
const planBlock = 0;

export class CohereEventReader implements EventReader {
  #began = false;
  /** Cohere's index of each call; its place here is ours. */
  readonly #calls: number[] = [];
  /** Calls of ours that have no arguments yet. */
  readonly #bare = new Set<number>();
  #events: NeutralEvent[] = [];

  event(event: StreamEvent): readonly NeutralEvent[] {
    const data = parseObject(event.data);
    if (data === null) return [];
    const delta = asObject(data.delta) ?? {};
    const message = asObject(delta.message) ?? {};
    switch (asText(data.type) || event.name) {
      case 'message-start':
        this.#start(asText(data.id));
        break;
      case 'content-start':
      case 'content-delta':
        this.#say(asObject(message.content) ?? {}, indexOf(data));
        break;
      case 'tool-plan-delta':
        this.#think(asText(message.tool_plan), planBlock);
        break;
      case 'tool-call-start':
      case 'tool-call-delta':
        this.#call(indexOf(data), asObject(message.tool_calls) ?? {});
        break;
      case 'tool-call-end':
        this.#closeCall(this.#calls.indexOf(indexOf(data)));
        break;
      case 'message-end':
        this.#finish(delta, data);
        break;
      default:
        if (event.name === 'error' || 'error' in data) this.#fail(data);
    }
    return this.#taken();
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    const message = asObject(body?.message);
    if (body === null || typeof body.message === 'string' || 'error' in body) this.#fail(json);
    else if (message !== null || typeof body.text === 'string') this.#readBody(body, message ?? {});
    return this.#taken();
  }

  end(): readonly NeutralEvent[] {
    for (const call of [...this.#bare]) this.#closeCall(call);
    return this.#taken();
  }

  #readBody(body: JsonObject, message: JsonObject): void {
    this.#start(asText(body.id) || asText(body.generation_id) || asText(body.response_id));
    this.#think(asText(message.tool_plan), planBlock);
    if (asText(body.text) !== '') this.#events.push({ type: 'text', choice: 0, text: asText(body.text) });
    objectsIn(message.content).forEach((part, index) => {
      this.#say(part, index);
    });
    objectsIn(message.tool_calls ?? body.tool_calls).forEach((call, index) => {
      this.#call(index, call);
    });
    this.#finish({ finish_reason: body.finish_reason, usage: body.usage ?? body.meta }, body);
  }

  #start(id: string): void {
    if (this.#began) return;
    this.#began = true;
    this.#events.push({ type: 'start', id, model: '' });
  }

  #say(part: JsonObject, index: number): void {
    this.#think(asText(part.thinking), index + 1);
    const text = asText(part.text);
    if (text === '') return;
    this.#start('');
    this.#events.push({ type: 'text', choice: 0, text });
  }

  #think(text: string, block: number): void {
    if (text === '') return;
    this.#start('');
    this.#events.push({ type: 'reasoning', choice: 0, block, text });
  }

  /** v2: `{id, function: {name, arguments}}`, in a stream piece by piece; v1: `{name, parameters}`. */
  #call(index: number, stated: JsonObject): void {
    const described = asObject(stated.function) ?? stated;
    let call = this.#calls.indexOf(index);
    if (call === -1) {
      this.#start('');
      call = this.#calls.push(index) - 1;
      this.#bare.add(call);
      const name = asText(described.name);
      this.#events.push({ type: 'tool-call', choice: 0, call, id: asText(stated.id), name, seal: null });
    }
    const text = argumentsText(described.arguments ?? described.parameters, '');
    if (text === '') return;
    this.#bare.delete(call);
    this.#events.push({ type: 'tool-arguments', choice: 0, call, text });
  }

  /** A call without arguments streams none at all; JSON text of nothing is an empty object. */
  #closeCall(call: number): void {
    if (this.#bare.delete(call)) this.#events.push({ type: 'tool-arguments', choice: 0, call, text: '{}' });
  }

  #finish(end: JsonObject, raw: JsonObject): void {
    for (const call of [...this.#bare]) this.#closeCall(call);
    if (asObject(end.usage) !== null) {
      const billed = cohereBilled(end.usage);
      this.#events.push({
        ...{ type: 'usage', usage: cohereUsage(end.usage), reportedCost: null },
        ...(billed && { billed }),
      });
    }
    const finish = cohereFinish(end.finish_reason, this.#calls.length > 0);
    if (finish !== null) this.#events.push({ type: 'finish', choice: 0, finish, stopSequence: '' });
    const message = asText(end.error);
    if (message === '') return;
    const error = neutralError({ error: { type: asText(end.finish_reason), message } }, null);
    this.#events.push({ type: 'error', error: { ...error, raw } });
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

const indexOf = (data: JsonObject): number => (typeof data.index === 'number' ? data.index : 0);
