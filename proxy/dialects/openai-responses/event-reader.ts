// Reads answers of /responses, streamed or whole, into neutral events. A stream says everything up to three times: in
// deltas, in the finished item, and in the finished response. What has been said once is not said again.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { responsesFinish } from '../openai/finish.ts';
import { searchesIn } from '../openai/searches.ts';
import { openaiReportedCost, openaiUsage } from '../openai/usage.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { readError } from '../reading/read-error.ts';
import { type Kind, SpokenItems } from './spoken-items.ts';

/** Events that add to a text: to which, and which field says to which part of it. */
const texts: Readonly<Record<string, { kind: Kind; place: string }>> = {
  'response.output_text.delta': { kind: 'text', place: 'content_index' },
  'response.refusal.delta': { kind: 'refusal', place: 'content_index' },
  'response.reasoning_summary_text.delta': { kind: 'summary', place: 'summary_index' },
  'response.reasoning_text.delta': { kind: 'thought', place: 'content_index' },
};

export class ResponsesEventReader implements EventReader {
  #events: NeutralEvent[] = [];
  readonly #items = new SpokenItems((event) => this.#say(event));
  #started = false;
  #failed = false;
  #id = '';
  #model = '';

  event(event: StreamEvent): readonly NeutralEvent[] {
    const data = parseObject(event.data);
    if (data === null) return [];
    const type = asText(data.type) || event.name;
    const response = asObject(data.response);
    if (response !== null && type.startsWith('response.')) this.#readResponse(response);
    else if (type === 'error' || asObject(data.error) !== null) this.#fail({ ...data, type: 'error' });
    else this.#readPiece(type, data);
    return this.#told();
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    if (body !== null && ('output' in body || body.object === 'response')) this.#readResponse(body);
    else if (readError(json) !== null) this.#fail(json);
    return this.#told();
  }

  end(): readonly NeutralEvent[] {
    return [];
  }

  #told(): readonly NeutralEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #say(event: NeutralEvent): void {
    this.#start();
    this.#events.push(event);
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#events.push({ type: 'start', id: this.#id, model: this.#model });
  }

  #fail(json: unknown): void {
    // A failure comes twice, as an error and as a failed response; the first one says more.
    if (!this.#failed) this.#events.push({ type: 'error', error: neutralError(json, null) });
    this.#failed = true;
  }

  /** A response object: the early ones of a stream are empty, the last one repeats everything. */
  #readResponse(response: JsonObject): void {
    this.#id ||= asText(response.id);
    this.#model ||= asText(response.model);
    if (this.#id !== '' && this.#model !== '') this.#start();
    objectsIn(response.output).forEach((item, index) => {
      this.#items.finish(index, item);
    });
    const finish = responsesFinish(response, this.#items.calledTools);
    if (asObject(response.usage) !== null) {
      const usage = openaiUsage(response.usage);
      const billing = { tier: asText(response.service_tier), counted: searchesIn(response.output) };
      this.#say({ type: 'usage', usage, reportedCost: openaiReportedCost(response.usage), ...billing });
    }
    if (finish !== null) this.#say({ type: 'finish', choice: 0, finish, stopSequence: '' });
    if (asObject(response.error) !== null) this.#fail({ error: response.error });
  }

  #readPiece(type: string, data: JsonObject): void {
    const index = position(data.output_index);
    const text = texts[type];
    if (text !== undefined) {
      this.#items.add(index, text.kind, position(data[text.place]), asText(data.delta));
      return;
    }
    if (type === 'response.function_call_arguments.delta' || type === 'response.custom_tool_call_input.delta') {
      this.#items.addArguments(index, asText(data.delta));
      return;
    }
    const item = asObject(data.item);
    if (item === null) return;
    if (type === 'response.output_item.added') this.#items.begin(index, item);
    else if (type === 'response.output_item.done') this.#items.finish(index, item);
  }
}

function position(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
