// Reads answers of Ollama's /api/chat and /api/generate. Streamed or whole they are the same: objects of which the last one
// says done, in a stream one a line. https://github.com/ollama/ollama/blob/main/docs/api.md
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { argumentsText, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { ollamaUsage } from './usage.ts';

const finishReasons: Record<string, FinishReason> = { stop: 'stop', length: 'length' };

export class OllamaEventReader implements EventReader {
  #began = false;
  #calls = 0;

  event(event: StreamEvent): readonly NeutralEvent[] {
    const data = parseObject(event.data);
    return data === null ? [] : this.#read(data);
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    return body === null ? [] : this.#read(body);
  }

  end(): readonly NeutralEvent[] {
    return [];
  }

  #read(body: JsonObject): NeutralEvent[] {
    const message = asObject(body.message);
    if (message === null && typeof body.response !== 'string' && body.done !== true) {
      const error = neutralError(body, null);
      return error.message === '' ? [] : [{ type: 'error', error }];
    }
    const events: NeutralEvent[] = [];
    if (!this.#began) events.push({ type: 'start', id: '', model: asText(body.model) });
    this.#began = true;
    const thought = asText(message?.thinking) || asText(body.thinking);
    if (thought !== '') events.push({ type: 'reasoning', choice: 0, block: 0, text: thought });
    const text = asText(message?.content) || asText(body.response);
    if (text !== '') events.push({ type: 'text', choice: 0, text });
    for (const call of objectsIn(message?.tool_calls)) this.#call(call, events);
    if (body.done === true) this.#finish(body, events);
    return events;
  }

  /** Calls come whole, their arguments an object; newer servers give them ids. */
  #call(stated: JsonObject, events: NeutralEvent[]): void {
    const described = asObject(stated.function) ?? {};
    const call = this.#calls++;
    const id = asText(stated.id);
    events.push({ type: 'tool-call', choice: 0, call, id, name: asText(described.name), seal: null });
    const text = argumentsText(described.arguments, '') || '{}';
    events.push({ type: 'tool-arguments', choice: 0, call, text });
  }

  #finish(body: JsonObject, events: NeutralEvent[]): void {
    events.push({ type: 'usage', usage: ollamaUsage(body), reportedCost: null });
    events.push({ type: 'finish', choice: 0, finish: finishOf(body, this.#calls > 0), stopSequence: '' });
  }
}

/** Old servers say done without a reason, and none has a reason of its own for calls. */
function finishOf(body: JsonObject, calledTools: boolean): Finish {
  const raw = asText(body.done_reason) || 'stop';
  const unified = finishReasons[raw] ?? 'other';
  return { unified: unified === 'stop' && calledTools ? 'tool_calls' : unified, raw };
}
