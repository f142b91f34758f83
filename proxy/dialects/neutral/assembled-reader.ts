// Makes the reader of records out of the reader of neutral events: what an answer says in all, put together as it comes.
import type { Counted } from '../../../catalog/counted.ts';
import { emptyAnswer, type Finish, type ToolCall } from '../../../contract/answer.ts';
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, EventReader, Reading } from '../dialect.ts';
import { isContent, type NeutralEvent } from './event.ts';

interface Choice {
  text: string;
  refusal: string;
  reasoning: Map<number, string>;
  calls: Map<number, ToolCall>;
  finish: Finish | null;
}

export function assembledReader(events: EventReader): AnswerReader {
  return new AssembledReader(events);
}

class AssembledReader implements AnswerReader {
  readonly #events: EventReader;
  readonly #choices = new Map<number, Choice>();
  #began = false;
  #ended = false;
  #id = '';
  #model = '';
  #usage: Usage = unknownUsage;
  #billed: Usage | null = null;
  #cost: string | null = null;
  #tier = '';
  #counted: Counted = {};
  #error: Reading['error'] = null;

  constructor(events: EventReader) {
    this.#events = events;
  }

  event(event: StreamEvent): boolean {
    return this.#take(this.#events.event(event));
  }

  whole(json: unknown): void {
    this.#take(this.#events.whole(json));
  }

  reading(): Reading {
    if (!this.#ended) this.#take(this.#events.end());
    this.#ended = true;
    const [first, ...others] = [...this.#choices.entries()].sort(([a], [b]) => a - b).map(([, choice]) => choice);
    return {
      answer: first ? answerOf(first, others) : this.#began ? emptyAnswer() : null,
      finish: first?.finish ?? null,
      usage: this.#usage,
      billed: this.#billed,
      serviceTier: this.#tier,
      counted: this.#counted,
      responseModel: this.#model,
      responseId: this.#id,
      reportedCost: this.#cost,
      error: this.#error,
    };
  }

  #take(events: readonly NeutralEvent[]): boolean {
    let spoke = false;
    for (const event of events) {
      this.#note(event);
      spoke ||= isContent(event);
    }
    return spoke;
  }

  #note(event: NeutralEvent): void {
    switch (event.type) {
      case 'start':
        this.#began = true;
        this.#id = event.id || this.#id;
        this.#model = event.model || this.#model;
        return;
      case 'usage':
        this.#usage = event.usage;
        this.#billed = event.billed ?? null;
        this.#cost = event.reportedCost ?? this.#cost;
        this.#tier = event.tier || this.#tier;
        this.#counted = event.counted ?? this.#counted;
        return;
      case 'error':
        this.#error ??= { type: event.error.type || event.error.code, message: event.error.message };
        return;
      default:
        this.#noteChoice(this.#choice(event.choice), event);
    }
  }

  #choice(index: number): Choice {
    const known = this.#choices.get(index);
    if (known) return known;
    const choice = { text: '', refusal: '', reasoning: new Map(), calls: new Map(), finish: null };
    this.#choices.set(index, choice);
    return choice;
  }

  #noteChoice(choice: Choice, event: Extract<NeutralEvent, { choice: number }>): void {
    switch (event.type) {
      case 'text':
        choice.text += event.text;
        return;
      case 'refusal':
        choice.refusal += event.text;
        return;
      case 'reasoning':
        choice.reasoning.set(event.block, (choice.reasoning.get(event.block) ?? '') + event.text);
        return;
      case 'tool-call':
        choice.calls.set(event.call, { id: event.id || null, name: event.name, arguments: '' });
        return;
      case 'tool-arguments': {
        const call = choice.calls.get(event.call);
        if (call) call.arguments += event.text;
        return;
      }
      case 'finish':
        choice.finish = event.finish;
    }
  }
}

function answerOf(first: Choice, others: Choice[]) {
  const thoughts = [...first.reasoning.values()].filter((text) => text !== '');
  return {
    text: first.text,
    reasoning: thoughts.join('\n\n'),
    refusal: first.refusal,
    toolCalls: [...first.calls.values()],
    alternatives: others.map((other) => other.text),
  };
}
