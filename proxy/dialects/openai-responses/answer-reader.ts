// Reads answers of /responses, streamed or whole.
import { emptyAnswer, type Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { responsesFinish } from '../openai/finish.ts';
import { openaiReportedCost, openaiUsage } from '../openai/usage.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { ResponseItems } from './items.ts';

export class OpenaiResponsesReader implements AnswerReader {
  #items = new ResponseItems();
  #began = false;
  #finish: Finish | null = null;
  #usage: Usage = unknownUsage;
  #cost: string | null = null;
  #model = '';
  #id = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const data = parseObject(event.data);
    if (data === null) return false;
    const type = asText(data.type) || event.name;
    const response = asObject(data.response);
    if (response !== null && type.startsWith('response.')) {
      this.#read(response);
      return false;
    }
    if (type === 'error' || asObject(data.error) !== null) {
      this.#error ??= readError({ ...data, type: 'error' });
      return false;
    }
    return this.#readDelta(type, data);
  }

  whole(json: unknown): void {
    const body = asObject(json);
    if (body !== null && ('output' in body || body.object === 'response')) this.#read(body);
    else this.#error ??= readError(json);
  }

  reading(): Reading {
    const began = this.#began || this.#items.size > 0;
    return {
      answer: began ? (this.#items.size > 0 ? this.#items.answer() : emptyAnswer()) : null,
      finish: this.#finish,
      usage: this.#usage,
      responseModel: this.#model,
      responseId: this.#id,
      reportedCost: this.#cost,
      error: this.#error,
    };
  }

  /** A response object: the early ones of a stream are empty, the last one repeats everything. */
  #read(response: JsonObject): void {
    this.#began = true;
    this.#id = asText(response.id) || this.#id;
    this.#model = asText(response.model) || this.#model;
    const output = objectsIn(response.output);
    if (output.length > 0) {
      this.#items = new ResponseItems();
      output.forEach((item, index) => {
        this.#items.set(index, item);
      });
    }
    this.#finish = responsesFinish(response, this.#items.calledTools()) ?? this.#finish;
    if (asObject(response.usage) !== null) {
      this.#usage = openaiUsage(response.usage);
      this.#cost = openaiReportedCost(response.usage) ?? this.#cost;
    }
    this.#error ??= asObject(response.error) === null ? null : readError({ error: response.error });
  }

  #readDelta(type: string, data: JsonObject): boolean {
    const index = position(data.output_index);
    const piece = asText(data.delta);
    const item = asObject(data.item);
    switch (type) {
      case 'response.output_item.added':
        if (item !== null) this.#items.set(index, item);
        return item?.type === 'function_call' || item?.type === 'custom_tool_call';
      case 'response.output_item.done':
        if (item !== null) this.#items.set(index, item);
        return false;
      case 'response.output_text.delta':
        this.#items.append(index, 'text', position(data.content_index), piece);
        return piece !== '';
      case 'response.refusal.delta':
        this.#items.append(index, 'refusal', position(data.content_index), piece);
        return piece !== '';
      case 'response.reasoning_summary_text.delta':
        this.#items.append(index, 'reasoning', position(data.summary_index), piece);
        return piece !== '';
      case 'response.reasoning_text.delta':
        this.#items.append(index, 'reasoning', position(data.content_index), piece);
        return piece !== '';
      case 'response.function_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        this.#items.appendArguments(index, piece);
        return piece !== '';
      default:
        return false;
    }
  }
}

function position(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
