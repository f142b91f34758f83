// Reads answers of /chat/completions and the older /completions, streamed or whole, from OpenAI and from all who speak
// its format, into neutral events.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { openaiReportedCost, openaiUsage } from '../openai/usage.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { readError } from '../reading/read-error.ts';
import { ChoiceReader } from './choice-reader.ts';

export class ChatEventReader implements EventReader {
  readonly #choices = new Map<number, ChoiceReader>();
  #started = false;

  event(event: StreamEvent): readonly NeutralEvent[] {
    const chunk = parseObject(event.data);
    if (chunk === null) return [];
    // An event of that name is an error whatever it holds.
    const fails = event.name === 'error' && readError(chunk) === null;
    return this.#read(fails ? { error: chunk } : chunk);
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const body = asObject(json);
    if (body === null) return readError(json) === null ? [] : [{ type: 'error', error: neutralError(json, null) }];
    return [...this.#read(body), ...this.end()];
  }

  end(): readonly NeutralEvent[] {
    const events: NeutralEvent[] = [];
    for (const choice of this.#choices.values()) choice.flush(events);
    return events;
  }

  #read(body: JsonObject): readonly NeutralEvent[] {
    const events: NeutralEvent[] = [];
    const error = looksLikeAnswer(body) ? null : readError(body);
    this.#readChoices(body, events);
    if (!this.#started && error === null) this.#start(body, events);
    if (error !== null) events.push({ type: 'error', error: neutralError(body, null) });
    // DeepSeek and others send it with the finish, OpenAI in a chunk of its own, Groq in x_groq.
    const usage = asObject(body.usage) ?? asObject(asObject(body.x_groq)?.usage);
    if (usage !== null) {
      const tier = asText(body.service_tier);
      events.push({ type: 'usage', usage: openaiUsage(usage), reportedCost: openaiReportedCost(usage), tier });
    }
    return events;
  }

  #readChoices(body: JsonObject, events: NeutralEvent[]): void {
    objectsIn(body.choices).forEach((choice, position) => {
      const index = typeof choice.index === 'number' ? choice.index : position;
      let reader = this.#choices.get(index);
      if (reader === undefined) {
        reader = new ChoiceReader(index);
        this.#choices.set(index, reader);
      }
      reader.read(choice, events);
    });
  }

  /** Azure's first chunk has neither id nor model, so it starts nothing; content starts whatever there is. */
  #start(body: JsonObject, events: NeutralEvent[]): void {
    const id = asText(body.id);
    const model = asText(body.model);
    if (id === '' && model === '' && objectsIn(body.choices).length === 0) return;
    this.#started = true;
    events.unshift({ type: 'start', id, model });
  }
}

/** Nearly every chunk: then nobody needs to look for an error in it. */
function looksLikeAnswer(body: JsonObject): boolean {
  return Array.isArray(body.choices) && body.error === undefined && body.object !== 'error';
}
