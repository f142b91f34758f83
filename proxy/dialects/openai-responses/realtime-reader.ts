// Reads an OpenAI Realtime session from the server's events: what its responses used, added up, and what was said in words.
// A session has many responses (`response.done` each); the model stands in `session.created`.
import { type Answer, emptyAnswer, type Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { openaiUsage } from '../openai/usage.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { addKnown, bucketNames } from '../reading/usage-buckets.ts';

export class RealtimeReader implements AnswerReader {
  readonly #answer: Answer = emptyAnswer();
  #finish: Finish | null = null;
  #usage: Usage = unknownUsage;
  readonly #said: string[] = [];
  #model = '';
  #session = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const data = parseObject(event.data);
    if (data === null) return false;
    if (data.type === 'error') this.#error ??= readError(data);
    const session = asObject(data.session);
    if (session) {
      this.#model = asText(session.model) || this.#model;
      this.#session = asText(session.id) || this.#session;
    }
    const response = data.type === 'response.done' ? asObject(data.response) : null;
    if (response) this.#respond(response);
    return response !== null;
  }

  whole(json: unknown): void {
    this.#error ??= readError(json);
  }

  reading(): Reading {
    return {
      answer: this.#answer,
      finish: this.#finish,
      usage: { ...this.#usage, raw: this.#said.length > 0 ? `[${this.#said.join(',')}]` : null },
      billed: null,
      responseModel: this.#model,
      responseId: this.#session,
      reportedCost: null,
      error: this.#error,
    };
  }

  #respond(response: JsonObject): void {
    const status = asText(response.status);
    this.#finish = { unified: status === 'completed' ? 'stop' : 'other', raw: status };
    this.#usage = added(this.#usage, realtimeUsage(response.usage));
    if (asObject(response.usage)) this.#said.push(JSON.stringify(response.usage));
    for (const item of objectsIn(response.output)) {
      if (item.type === 'function_call') {
        this.#answer.toolCalls.push({
          id: asText(item.call_id) || null,
          name: asText(item.name),
          arguments: asText(item.arguments),
        });
      }
      const words = objectsIn(item.content).map((part) => asText(part.text) || asText(part.transcript));
      const said = words.filter((text) => text !== '').join('\n');
      if (said !== '') this.#answer.text += this.#answer.text === '' ? said : `\n${said}`;
    }
  }
}

/** The details are called `input_token_details` here and `input_tokens_details` in Responses; the rest is the same. */
function realtimeUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return unknownUsage;
  const { input_token_details, output_token_details, ...counts } = usage;
  return openaiUsage({
    ...counts,
    input_tokens_details: input_token_details,
    output_tokens_details: output_token_details,
  });
}

/** Bucket by bucket. What the provider said of each response is kept by the reader. */
function added(before: Usage, more: Usage): Usage {
  const sum: Usage = { ...before };
  for (const name of [...bucketNames, 'total'] as const) sum[name] = addKnown(before[name], more[name]);
  return sum;
}
