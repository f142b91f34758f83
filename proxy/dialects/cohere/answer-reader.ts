// Reads answers of Cohere: /v2/chat streamed or whole, /v1/chat whole, and the usage of /embed.
import { emptyAnswer, type Finish, type ToolCall } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { FinishReason } from '../../../contract/words.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { argumentsText, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { cohereUsage } from './usage.ts';

const finishReasons: Record<string, FinishReason> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  ERROR: 'error',
  TIMEOUT: 'error',
};

export class CohereReader implements AnswerReader {
  readonly #calls = new Map<number, ToolCall>();
  #began = false;
  #text = '';
  #reasoning = '';
  #finish: Finish | null = null;
  #usage: Usage = unknownUsage;
  #id = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const data = parseObject(event.data);
    if (data === null) return false;
    const delta = asObject(data.delta) ?? {};
    const message = asObject(delta.message) ?? {};
    switch (asText(data.type) || event.name) {
      case 'message-start':
        this.#began = true;
        this.#id = asText(data.id);
        return false;
      case 'content-start':
      case 'content-delta':
        return this.#say(asObject(message.content) ?? {});
      case 'tool-plan-delta':
        this.#reasoning += asText(message.tool_plan);
        return asText(message.tool_plan) !== '';
      case 'tool-call-start':
      case 'tool-call-delta':
        return this.#call(data.index, asObject(message.tool_calls) ?? {});
      case 'message-end':
        this.#end(delta);
        return false;
      default:
        this.#error ??= event.name === 'error' || 'error' in data ? readError(data) : null;
        return false;
    }
  }

  whole(json: unknown): void {
    const body = asObject(json);
    if (body === null || typeof body.message === 'string' || 'error' in body) {
      this.#error ??= readError(json);
      return;
    }
    const message = asObject(body.message);
    this.#began = message !== null || typeof body.text === 'string';
    this.#id = asText(body.id) || asText(body.generation_id) || asText(body.response_id);
    this.#usage = cohereUsage(body.usage ?? body.meta);
    this.#text = asText(body.text);
    for (const part of objectsIn(message?.content)) this.#say(part);
    this.#reasoning += asText(message?.tool_plan);
    const calls = objectsIn(message?.tool_calls ?? body.tool_calls);
    calls.forEach((call, index) => {
      this.#call(index, call);
    });
    this.#finish = finishOf(body.finish_reason, calls.length > 0);
  }

  reading(): Reading {
    const calls = [...this.#calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
    // A call without arguments streams none at all; JSON text of nothing is an empty object.
    const toolCalls = calls.map((call) => ({ ...call, arguments: call.arguments || '{}' }));
    return {
      answer: this.#began ? { ...emptyAnswer(), text: this.#text, reasoning: this.#reasoning, toolCalls } : null,
      finish: this.#finish,
      usage: this.#usage,
      responseModel: '',
      responseId: this.#id,
      reportedCost: null,
      error: this.#error,
    };
  }

  #say(part: JsonObject): boolean {
    this.#began = true;
    this.#text += asText(part.text);
    this.#reasoning += asText(part.thinking);
    return asText(part.text) !== '' || asText(part.thinking) !== '';
  }

  /** v2: `{id, function: {name, arguments}}`, in a stream piece by piece; v1: `{name, parameters}`. */
  #call(index: unknown, stated: JsonObject): boolean {
    this.#began = true;
    const position = typeof index === 'number' ? index : 0;
    const call = this.#calls.get(position) ?? { id: null, name: '', arguments: '' };
    this.#calls.set(position, call);
    const described = asObject(stated.function) ?? stated;
    call.id ??= asText(stated.id) || null;
    call.name ||= asText(described.name);
    const text = argumentsText(described.arguments ?? described.parameters, '');
    call.arguments += text;
    return text !== '' || asText(described.name) !== '';
  }

  #end(delta: JsonObject): void {
    this.#finish = finishOf(delta.finish_reason, this.#calls.size > 0);
    if (asObject(delta.usage) !== null) this.#usage = cohereUsage(delta.usage);
    const failure = asText(delta.error);
    if (failure !== '') this.#error ??= { type: asText(delta.finish_reason), message: failure };
  }
}

/** v1 says COMPLETE for tool calls too. */
function finishOf(reason: unknown, calledTools: boolean): Finish | null {
  const raw = asText(reason);
  if (raw === '') return null;
  const unified = finishReasons[raw] ?? 'other';
  return { unified: unified === 'stop' && calledTools ? 'tool_calls' : unified, raw };
}
