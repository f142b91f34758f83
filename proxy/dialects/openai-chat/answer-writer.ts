// Writes an answer as OpenAI's /chat/completions does: chunks, or one chat.completion. Thoughts, for which OpenAI has no
// field, are `reasoning_content`, the name that most providers and clients know.
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import type { AnswerWriter, WriterContext } from '../neutral/writer.ts';
import { chatUsage } from '../openai/usage-writer.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { argumentsDelta, ChoiceRecord } from './choice-record.ts';

export class ChatAnswerWriter implements AnswerWriter {
  readonly #context: WriterContext;
  readonly #choices = new Map<number, ChoiceRecord>();
  readonly #tail: string;
  /** Everything of a chunk before its choices; the same in all of them. */
  #head = '';
  #id: string;
  #model: string;
  #usage: Usage = unknownUsage;
  #reportedCost: string | null = null;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#id = `chatcmpl-${context.exchangeId.replaceAll('-', '')}`;
    this.#model = context.model;
    // Who asks for usage gets `null` in every chunk but the last.
    this.#tail = context.request.wantsUsage ? '],"usage":null}\n\n' : ']}\n\n';
  }

  event(event: NeutralEvent): string {
    switch (event.type) {
      case 'start':
        this.#id = event.id || this.#id;
        this.#model = event.model || this.#model;
        return '';
      case 'usage':
        this.#usage = event.usage;
        this.#reportedCost = event.reportedCost ?? this.#reportedCost;
        return '';
      case 'error':
        return '';
      default: {
        const choice = this.#choice(event.choice);
        const delta = choice.note(event);
        return delta === null ? '' : this.#begin(event.choice, choice, delta) + this.#chunk(event.choice, delta, null);
      }
    }
  }

  end(): string {
    let text = '';
    for (const [index, choice] of this.#inOrder()) {
      text += this.#begin(index, choice, { content: '' });
      for (const call of choice.callsWithoutArguments) text += this.#chunk(index, argumentsDelta(call, '{}'), null);
      text += this.#chunk(index, {}, choice.finishReason);
    }
    const usage = this.#context.request.wantsUsage ? this.#written() : null;
    if (usage !== null) text += `${this.#headOfChunk()}],"usage":${JSON.stringify(usage)}}\n\n`;
    return `${text}data: [DONE]\n\n`;
  }

  whole(): Record<string, unknown> {
    const usage = this.#written();
    return {
      id: this.#id,
      object: 'chat.completion',
      created: this.#context.created,
      model: this.#model,
      choices: this.#inOrder().map(([index, choice]) => ({
        index,
        message: choice.message(),
        logprobs: null,
        finish_reason: choice.finishReason,
      })),
      ...(usage === null ? {} : { usage }),
    };
  }

  #choice(index: number): ChoiceRecord {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ChoiceRecord();
      this.#choices.set(index, choice);
    }
    return choice;
  }

  /** An answer that says nothing at all is still one choice. */
  #inOrder(): [number, ChoiceRecord][] {
    if (this.#choices.size === 0) this.#choice(0);
    return [...this.#choices].sort(([a], [b]) => a - b);
  }

  /** The first delta of a choice has the role; OpenAI's content in it is null where calls follow, else empty. */
  #begin(index: number, choice: ChoiceRecord, first: JsonObject): string {
    if (choice.begun) return '';
    choice.begun = true;
    const content = first.tool_calls === undefined ? '' : null;
    return this.#chunk(index, { role: 'assistant', content, refusal: null }, null);
  }

  #chunk(index: number, delta: JsonObject, finish: string | null): string {
    const reason = finish === null ? 'null' : `"${finish}"`;
    const choice = `{"index":${index},"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${reason}}`;
    return this.#headOfChunk() + choice + this.#tail;
  }

  #headOfChunk(): string {
    if (this.#head === '') {
      const { created } = this.#context;
      const fields = { id: this.#id, object: 'chat.completion.chunk', created, model: this.#model };
      this.#head = `data: ${JSON.stringify(fields).slice(0, -1)},"choices":[`;
    }
    return this.#head;
  }

  #written(): JsonObject | null {
    return chatUsage(this.#usage, this.#context.costOf(this.#usage, this.#reportedCost, this.#model));
  }
}
