// Writes one answer for a client of /v1/messages, as the stream its SDKs read or as one message. Only the first of several
// choices can be said. https://platform.claude.com/docs/en/build-with-claude/streaming
import type { Finish } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import type { AnswerWriter, WriterContext } from '../neutral/writer.ts';
import { sse } from './answer-block.ts';
import { AnswerBlocks } from './answer-blocks.ts';
import { stopReasonOf } from './stop-reasons.ts';
import { deltaUsage, messageUsage } from './write-usage.ts';

export class AnthropicAnswerWriter implements AnswerWriter {
  readonly #context: WriterContext;
  readonly #blocks = new AnswerBlocks();
  #id = '';
  #model = '';
  #begun = false;
  #refused = false;
  #finish: Finish | null = null;
  #stopSequence = '';
  #usage: Usage = unknownUsage;
  #reportedCost: string | null = null;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  event(event: NeutralEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id;
        this.#model = event.model;
        return '';
      case 'usage':
        this.#usage = event.usage;
        this.#reportedCost = event.reportedCost ?? this.#reportedCost;
        return '';
      case 'error':
        return '';
      default:
        return event.choice === 0 ? this.#said(event) : '';
    }
  }

  end(): string {
    const closed = this.#blocks.end();
    const delta = { ...this.#stopped(), container: null };
    const usage = deltaUsage(this.#usage, this.#cost());
    return (
      this.#begin() +
      closed +
      sse('message_delta', `"delta":${JSON.stringify(delta)},"usage":${JSON.stringify(usage)}`) +
      sse('message_stop', '')
    );
  }

  whole(): Record<string, unknown> {
    const usage = messageUsage(this.#usage, this.#cost());
    return { ...this.#message(), content: this.#blocks.whole(), ...this.#stopped(), usage };
  }

  #said(event: Extract<NeutralEvent, { choice: number }>): string {
    const text = this.#block(event);
    // The beginning waits for the first block: by then the provider has told its usage, if it tells it early at all.
    return text === '' || this.#begun ? text : this.#begin() + text;
  }

  #block(event: Extract<NeutralEvent, { choice: number }>): string {
    switch (event.type) {
      case 'refusal':
        this.#refused = true;
        return event.text === '' ? '' : this.#blocks.text(event.text);
      case 'text':
        return event.text === '' ? '' : this.#blocks.text(event.text);
      case 'reasoning':
        return event.text === '' ? '' : this.#blocks.thought(event.block, event.text);
      case 'reasoning-seal':
        return this.#blocks.seal(event.block, event.seal);
      case 'tool-call':
        return this.#blocks.call(event.call, event.id, event.name);
      case 'tool-arguments':
        return event.text === '' ? '' : this.#blocks.arguments(event.call, event.text);
      case 'finish':
        this.#finish = event.finish;
        this.#stopSequence = event.stopSequence;
        return '';
    }
  }

  #begin(): string {
    if (this.#begun) return '';
    this.#begun = true;
    const unstopped = { stop_reason: null, stop_sequence: null, stop_details: null };
    // What it cost is known at the end alone, and SDKs would keep what stands here.
    const { cost: _unknown, ...usage } = messageUsage(this.#usage, null);
    return sse('message_start', `"message":${JSON.stringify({ ...this.#message(), ...unstopped, usage })}`);
  }

  #message(): Record<string, unknown> {
    return {
      id: this.#id || `msg_${this.#context.exchangeId.replaceAll('-', '')}`,
      type: 'message',
      role: 'assistant',
      model: this.#model || this.#context.model,
      content: [],
      container: null,
      diagnostics: null,
    };
  }

  #stopped(): Record<string, unknown> {
    const stopSequence = this.#stopSequence;
    const calledTools = this.#blocks.calledTools;
    const reason = stopReasonOf({ finish: this.#finish, stopSequence, calledTools, refused: this.#refused });
    return {
      stop_reason: reason,
      stop_sequence: reason === 'stop_sequence' ? stopSequence || null : null,
      stop_details: null,
    };
  }

  #cost(): number | null {
    return this.#context.costOf(this.#usage, this.#reportedCost, this.#model || this.#context.model);
  }
}
