// Writes one answer for a client of /responses, as a stream or whole. Only the first of several choices can be said.
import type { Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import type { AnswerWriter, WriterContext } from '../neutral/writer.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { AnswerItems } from './answer-items.ts';
import { echoOf, itemStatusOf, outcomeOf, type ResponseStatus, statusOf } from './response-object.ts';
import { writeUsage } from './write-usage.ts';

export class ResponsesAnswerWriter implements AnswerWriter {
  readonly #context: WriterContext;
  readonly #items: AnswerItems;
  readonly #ownId: string;
  #sequence = 0;
  #begun = false;
  #id = '';
  #model = '';
  #finish: Finish | null = null;
  #usage: Usage = unknownUsage;
  #reportedCost: string | null = null;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#ownId = context.exchangeId.replaceAll('-', '');
    this.#items = new AnswerItems(this.#ownId, (type, fields) => this.#send(type, fields));
  }

  event(event: NeutralEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id;
        this.#model = event.model;
        return this.#begin();
      case 'usage':
        this.#usage = event.usage;
        this.#reportedCost = event.reportedCost ?? this.#reportedCost;
        return '';
      case 'error':
        return '';
      default:
        return event.choice === 0 ? this.#begin() + this.#said(event) : '';
    }
  }

  end(): string {
    const status = statusOf(this.#finish);
    const begun = this.#begin();
    const closed = this.#items.end(itemStatusOf(status));
    return begun + closed + this.#send(`response.${status}`, `"response":${JSON.stringify(this.whole())}`);
  }

  whole(): Record<string, unknown> {
    const status = statusOf(this.#finish);
    const output = this.#items.output(itemStatusOf(status));
    const cost = this.#context.costOf(this.#usage, this.#reportedCost, this.#model || this.#context.model);
    return this.#response(status, { output, usage: writeUsage(this.#usage, cost) });
  }

  #said(event: Extract<NeutralEvent, { choice: number }>): string {
    switch (event.type) {
      case 'text':
      case 'refusal':
        return event.text === '' ? '' : this.#items.text(event.type, event.text);
      case 'reasoning':
        return event.text === '' ? '' : this.#items.thought(event.block, event.text);
      case 'reasoning-seal':
        return this.#items.seal(event.seal);
      case 'tool-call':
        return this.#items.call(event.call, event.id, event.name);
      case 'tool-arguments':
        return event.text === '' ? '' : this.#items.arguments(event.call, event.text);
      case 'finish':
        this.#finish = event.finish;
        return '';
    }
  }

  #begin(): string {
    if (this.#begun) return '';
    this.#begun = true;
    const response = `"response":${JSON.stringify(this.#response('in_progress', { output: [], usage: null }))}`;
    return this.#send('response.created', response) + this.#send('response.in_progress', response);
  }

  #response(status: ResponseStatus, said: { output: JsonObject[]; usage: JsonObject | null }): JsonObject {
    return {
      id: this.#id || `resp_${this.#ownId}`,
      object: 'response',
      created_at: this.#context.created,
      ...outcomeOf(status, this.#finish),
      model: this.#model || this.#context.model,
      ...echoOf(this.#context.request),
      ...said,
    };
  }

  #send(type: string, fields: string): string {
    return `event: ${type}\ndata: {"type":"${type}",${fields},"sequence_number":${this.#sequence++}}\n\n`;
  }
}
