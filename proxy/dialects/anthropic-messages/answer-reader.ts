// Reads answers of /v1/messages, streamed or whole. Tools that Anthropic runs itself (server_tool_use, mcp_tool_use) are not
// calls the application has to answer.
import { emptyAnswer, type Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Reading } from '../dialect.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { type ReadError, readError } from '../reading/read-error.ts';
import { anthropicUsage, mergeUsage } from './usage.ts';

interface Block {
  type: string;
  text: string;
  thinking: string;
  id: string;
  name: string;
  /** Of the start of the block; fragments replace it. */
  input: unknown;
  json: string;
}

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

export class AnthropicReader implements AnswerReader {
  readonly #blocks = new Map<number, Block>();
  #began = false;
  #finish: Finish | null = null;
  #usage: JsonObject | null = null;
  #model = '';
  #id = '';
  #error: ReadError | null = null;

  event(event: StreamEvent): boolean {
    const data = parseObject(event.data);
    if (data === null) return false;
    switch (asText(data.type) || event.name) {
      case 'message_start':
        this.#readMessage(asObject(data.message) ?? {});
        return false;
      case 'content_block_start':
        return this.#startBlock(position(data.index), asObject(data.content_block) ?? {});
      case 'content_block_delta':
        return this.#extendBlock(position(data.index), asObject(data.delta) ?? {});
      case 'message_delta':
        this.#finish = finishOf(asObject(data.delta)?.stop_reason) ?? this.#finish;
        this.#usage = mergeUsage(this.#usage, data.usage);
        return false;
      case 'error':
        this.#error ??= readError(data);
        return false;
      default:
        this.#error ??= asObject(data.error) === null ? null : readError(data);
        return false;
    }
  }

  whole(json: unknown): void {
    const body = asObject(json);
    if (body === null || body.type !== 'message') this.#error ??= readError(json);
    else this.#readMessage(body);
  }

  reading(): Reading {
    return {
      answer: this.#began ? this.#answer() : null,
      finish: this.#finish,
      usage: anthropicUsage(this.#usage),
      responseModel: this.#model,
      responseId: this.#id,
      reportedCost: null,
      error: this.#error,
    };
  }

  #readMessage(message: JsonObject): void {
    this.#began = true;
    this.#id = asText(message.id) || this.#id;
    this.#model = asText(message.model) || this.#model;
    this.#usage = mergeUsage(this.#usage, message.usage);
    this.#finish = finishOf(message.stop_reason) ?? this.#finish;
    objectsIn(message.content).forEach((block, index) => {
      this.#startBlock(index, block);
    });
  }

  #startBlock(index: number, block: JsonObject): boolean {
    this.#began = true;
    const started: Block = {
      type: asText(block.type),
      text: asText(block.text),
      thinking: asText(block.thinking),
      id: asText(block.id),
      name: asText(block.name),
      input: block.input,
      json: '',
    };
    this.#blocks.set(index, started);
    return started.text !== '' || started.thinking !== '' || started.type === 'tool_use';
  }

  #extendBlock(index: number, delta: JsonObject): boolean {
    if (!this.#blocks.has(index)) this.#startBlock(index, {});
    const block = this.#blocks.get(index) as Block;
    const [text, thinking, json] = [asText(delta.text), asText(delta.thinking), asText(delta.partial_json)];
    block.text += text;
    block.thinking += thinking;
    block.json += json;
    return text !== '' || thinking !== '' || json !== '';
  }

  #answer() {
    const answer = emptyAnswer();
    const thoughts: string[] = [];
    for (const [, block] of [...this.#blocks.entries()].sort(([a], [b]) => a - b)) {
      if (block.type === 'text' || block.type === '') answer.text += block.text;
      if (block.thinking !== '') thoughts.push(block.thinking);
      if (block.type === 'tool_use') {
        const input = block.json || JSON.stringify(block.input ?? {});
        answer.toolCalls.push({ id: block.id || null, name: block.name, arguments: input });
      }
    }
    answer.reasoning = thoughts.join('\n\n');
    return answer;
  }
}

function finishOf(reason: unknown): Finish | null {
  const raw = asText(reason);
  return raw === '' ? null : { unified: finishReasons[raw] ?? 'other', raw };
}

function position(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
