// Reads answers of generateContent into neutral events: whole, as server-sent events, and as the JSON array that streams
// without alt=sse. Each chunk repeats id, model and usage so far.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { EventReader } from '../dialect.ts';
import type { NeutralEvent } from '../neutral/event.ts';
import { neutralError } from '../neutral/read-error.ts';
import { asArray, asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { CandidateReader } from './candidate-reader.ts';
import { geminiUsage } from './usage.ts';

/** A chunk with any of these is (a piece of) an answer. */
const signs = ['candidates', 'responseId', 'modelVersion', 'promptFeedback', 'usageMetadata'] as const;

export class GeminiEventReader implements EventReader {
  readonly #candidates = new Map<number, CandidateReader>();
  #started = false;
  #failed = false;
  #media = false;

  event(event: StreamEvent): readonly NeutralEvent[] {
    this.#media = false;
    const out: NeutralEvent[] = [];
    const chunk = parseObject(event.data);
    if (chunk !== null) this.#read(chunk, out);
    return out;
  }

  whole(json: unknown): readonly NeutralEvent[] {
    const out: NeutralEvent[] = [];
    for (const chunk of Array.isArray(json) ? objectsIn(json) : [asObject(json)]) {
      if (chunk !== null) this.#read(chunk, out);
    }
    this.#close(out);
    return out;
  }

  end(): readonly NeutralEvent[] {
    const out: NeutralEvent[] = [];
    this.#close(out);
    return out;
  }

  /** The last event held bytes (an image, speech). They are content, though no neutral event can carry them. */
  get sawMedia(): boolean {
    return this.#media;
  }

  #close(out: NeutralEvent[]): void {
    for (const candidate of this.#candidates.values()) candidate.close(out);
  }

  #read(chunk: JsonObject, out: NeutralEvent[]): void {
    if (!this.#started && signs.some((sign) => chunk[sign] !== undefined)) {
      this.#started = true;
      out.push({ type: 'start', id: asText(chunk.responseId), model: asText(chunk.modelVersion) });
    }
    const candidates = asArray(chunk.candidates);
    for (let position = 0; position < candidates.length; position++) {
      const stated = asObject(candidates[position]);
      if (stated !== null) this.#candidate(stated.index, position).read(stated, out);
    }
    this.#readBlock(chunk, out);
    // Early chunks may hold nothing but a traffic type; the last one counts.
    if (asObject(chunk.usageMetadata) !== null)
      out.push({ type: 'usage', usage: geminiUsage(chunk.usageMetadata), reportedCost: null });
    if (asObject(chunk.error) !== null && !this.#failed) {
      this.#failed = true;
      out.push({ type: 'error', error: neutralError(chunk, null) });
    }
  }

  #candidate(index: unknown, position: number): CandidateReader {
    const choice = typeof index === 'number' ? index : position;
    const known = this.#candidates.get(choice);
    if (known) return known;
    const candidate = new CandidateReader(choice, () => {
      this.#media = true;
    });
    this.#candidates.set(choice, candidate);
    return candidate;
  }

  /** A blocked prompt is answered with status 200 and no candidates; a reason that a candidate gives says more. */
  #readBlock(chunk: JsonObject, out: NeutralEvent[]): void {
    const block = asText(asObject(chunk.promptFeedback)?.blockReason);
    if (block === '' || this.#candidates.get(0)?.finished) return;
    out.push({ type: 'finish', choice: 0, finish: { unified: 'content_filter', raw: block }, stopSequence: '' });
  }
}
